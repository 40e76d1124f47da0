"""Four ways in which communities keep their roster: other columns, other formats of dates, other files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ledger.domain.divisions import Community
from ledger.domain.identity_number import Sex
from ledger.domain.roster.person import Contact, Mobility, Relationship, Residence, RosterPerson

Value = str | int | date
Write = Callable[[RosterPerson, dict[str, Community]], Value]


@dataclass(frozen=True, slots=True)
class Layout:
    """Headings with how each is filled. `encoding` is None for a workbook; `by_age` puts those of 80 and more
    on a sheet of their own."""

    columns: dict[str, Write]
    encoding: str | None = None
    title: bool = False
    by_age: bool = False


_RELATIONSHIPS = {
    Relationship.SELF: "本人",
    Relationship.SPOUSE: "配偶",
    Relationship.CHILD: "子女",
    Relationship.NEIGHBOUR: "邻居",
    Relationship.WORKER: "社工",
    Relationship.OTHER: "其他",
}
_RESIDENCES = {Residence.HOME: "居家", Residence.INSTITUTION: "机构", Residence.ELSEWHERE: "外地"}


def _name(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.name


def _padded_name(person: RosterPerson, _: dict[str, Community]) -> str:
    return "\u3000".join(person.name) if len(person.name) == 2 else person.name


def _number(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.number.text


def _sex(person: RosterPerson, _: dict[str, Community]) -> str:
    return "男" if person.sex is Sex.MALE else "女"


def _born(written: str) -> Write:
    return lambda person, _: written.format(person.birth_date)


def _community(person: RosterPerson, communities: dict[str, Community]) -> str:
    return communities[person.community].name


def _paying(person: RosterPerson, communities: dict[str, Community]) -> str:
    paying = communities[person.paying_division or person.community]
    return paying.street + paying.name


def _other(person: RosterPerson) -> Contact | None:
    return next((c for c in person.contacts if c.relationship is not Relationship.SELF), None)


def _own_phone(person: RosterPerson, _: dict[str, Community]) -> str:
    return next((c.phone for c in person.contacts if c.relationship is Relationship.SELF), "")


def _other_phone(person: RosterPerson, _: dict[str, Community]) -> str:
    other = _other(person)
    return other.phone if other else ""


def _other_name(person: RosterPerson, _: dict[str, Community]) -> str:
    other = _other(person)
    return (other.owner or "") if other else ""


def _other_relationship(person: RosterPerson, _: dict[str, Community]) -> str:
    other = _other(person)
    return _RELATIONSHIPS[other.relationship] if other else ""


def _other_in_one(person: RosterPerson, _: dict[str, Community]) -> str:
    other = _other(person)
    if other is None:
        return ""
    relationship = _RELATIONSHIPS[other.relationship]
    return f"{other.owner}（{relationship}）" if other.owner else relationship


def _residence(person: RosterPerson, _: dict[str, Community]) -> str:
    return _RESIDENCES[person.residence]


def _mobility(low: str, normal: str) -> Write:
    return lambda person, _: low if person.mobility is Mobility.LOW else normal


def _guardian_name(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.guardian.name if person.guardian else ""


def _guardian_phone(person: RosterPerson, _: dict[str, Community]) -> str:
    return (person.guardian.phone or "") if person.guardian else ""


def _guardian_relationship(person: RosterPerson, _: dict[str, Community]) -> str:
    return _RELATIONSHIPS[person.guardian.relationship] if person.guardian else ""


def _address(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.address


def _building(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.building


def _remark(person: RosterPerson, _: dict[str, Community]) -> str:
    return person.remark


_GUARDIAN: dict[str, Write] = {
    "监护人": _guardian_name,
    "监护人电话": _guardian_phone,
    "监护人与老人关系": _guardian_relationship,
}

LAYOUTS = (
    Layout(
        title=True,
        columns={
            "姓名": _name,
            "性别": _sex,
            "公民身份号码": _number,
            "出生日期": lambda person, _: person.birth_date,
            "户籍地": _paying,
            "居住情况": _residence,
            "现住址": _address,
            "楼栋": _building,
            "所属社区": _community,
            "本人电话": _own_phone,
            "联系电话": _other_phone,
            "联系人": _other_name,
            "与老人关系": _other_relationship,
            "行动能力": _mobility("行动不便", "正常"),
            **_GUARDIAN,
            "备注": _remark,
        },
    ),
    Layout(
        encoding="gb18030",
        columns={
            "村(社区)": _community,
            "姓 名": _padded_name,
            "身份证号码": _number,
            "性别": _sex,
            "出生年月": _born("{0:%Y.%m}"),
            "户口所在地": _paying,
            "居住状况": _residence,
            "家庭住址": _address,
            "楼号": _building,
            "老人电话": _own_phone,
            "手机": _other_phone,
            "电话机主": _other_in_one,
            "自理能力": _mobility("不能自理", "能自理"),
            **_GUARDIAN,
            "说明": _remark,
        },
    ),
    Layout(
        encoding="utf-8-sig",
        columns={
            "身份证号": _number,
            "老人姓名": _name,
            "出生年月日": _born("{0.year}年{0.month}月{0.day}日"),
            "社区代码": lambda person, _: person.community,
            "户籍区划": lambda person, _: person.paying_division or "",
            "养老方式": _residence,
            "住址": _address,
            "楼栋号": _building,
            "本人电话": _own_phone,
            "联系电话": _other_phone,
            "联系人姓名": _other_name,
            "关系": _other_relationship,
            "失能情况": _mobility("轻度失能", "能力完好"),
            **_GUARDIAN,
            "备注": _remark,
        },
    ),
    Layout(
        by_age=True,
        columns={
            "社区": _community,
            "姓名": _name,
            "证件号码": _number,
            "性别": _sex,
            "生日": _born("{0.year}/{0.month}/{0.day}"),
            "户籍所在地": _paying,
            "居住方式": _residence,
            "详细地址": _address,
            "小区楼栋": _building,
            "本人手机": _own_phone,
            "联系方式": _other_phone,
            "联系人": _other_in_one,
            "行动能力": _mobility("低", ""),
            **_GUARDIAN,
            "备注": _remark,
        },
    ),
)
