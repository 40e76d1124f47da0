from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.roster.cells import Cell
from ledger.domain.roster.check import check_roster
from ledger.domain.roster.columns import Column
from ledger.domain.roster.person import Contact, Guardian, Mobility, Relationship, Residence, RosterPerson
from ledger.domain.roster.problems import FaultyRow
from tests.rosters import DIVISIONS, NANQIAO, TODAY, check, number, table_of


def person_of(**cells: Cell) -> RosterPerson:
    row = {"姓名": "王芳", "身份证号": number()} | cells
    roster = check(tuple(row), tuple(row.values()))
    assert roster.faulty == ()
    return roster.good[0].person


def problems_of(community: str | None = NANQIAO, **cells: Cell) -> list[tuple[Column, str]]:
    row = {"姓名": "王芳", "身份证号": number()} | cells
    roster = check(tuple(row), tuple(row.values()), community=community)
    assert roster.good == ()
    return [(problem.column, problem.code) for problem in roster.faulty[0].problems]


def test_a_full_row_becomes_a_person() -> None:
    person = person_of(
        性别="女",
        出生日期=date(1938, 5, 1),
        户籍地="都江堰市",
        居住情况="养老院",
        现住址="示范路１号",
        楼栋="3栋",
        社区="灌口街道文庙社区",
        联系电话="000-1234 5678",
        联系人="李丽（女儿）",
        行动能力="轻度失能",
        监护人="李强",
        监护人电话="00011112222",
        监护人关系="儿子",
        备注="  随访  ",
    )
    assert person == RosterPerson(
        name="王芳",
        number=person.number,
        community="510181004003",
        paying_division="510181",
        residence=Residence.INSTITUTION,
        address="示范路１号",
        building="3栋",
        contacts=(Contact("00012345678", Relationship.CHILD, "李丽"),),
        mobility=Mobility.LOW,
        guardian=Guardian("李强", Relationship.CHILD, "00011112222"),
        remark="随访",
    )
    assert person.birth_date == date(1938, 5, 1)


def test_what_a_roster_does_not_say_has_its_default() -> None:
    person = person_of()
    assert (person.community, person.paying_division) == (NANQIAO, None)
    assert (person.residence, person.mobility) == (Residence.HOME, Mobility.NORMAL)
    assert (person.contacts, person.guardian) == ((), None)


def test_columns_may_stand_in_any_order() -> None:
    roster = check(("备注", "身份证号", "性别", "姓名"), ("独居", number(), "女", "王芳"))
    assert (roster.good[0].person.name, roster.good[0].person.remark) == ("王芳", "独居")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", '=HYPERLINK("x")'])
def test_text_like_a_formula_is_kept_as_text(text: str) -> None:
    assert person_of(备注=text, 住址=text).remark == text


def test_a_name_like_a_formula_is_kept_when_it_has_letters() -> None:
    assert person_of(姓名="=王芳").name == "=王芳"


@pytest.mark.parametrize("name", ["王𠮷", "阿依古丽·买买提", "王芳(二组)", "Anna Li", "刘\ue863"])
def test_names_are_kept_whole(name: str) -> None:
    assert person_of(姓名=name).name == name


@pytest.mark.parametrize(
    ("heading", "cell", "column", "code"),
    [
        ("姓名", "", Column.NAME, "roster.name.missing"),
        ("姓名", "——", Column.NAME, "roster.name.no_letters"),
        ("姓名", "王" * 65, Column.NAME, "roster.cell.too_long"),
        ("身份证号", None, Column.IDENTITY_NUMBER, "roster.identity_number.missing"),
        ("身份证号", "#N/A", Column.IDENTITY_NUMBER, "roster.cell.error_value"),
        ("身份证号", number()[:-1] + "Z", Column.IDENTITY_NUMBER, "identity_number.malformed"),
        ("身份证号", number("20260102"), Column.IDENTITY_NUMBER, "identity_number.birth_date_in_future"),
        ("性别", "男", Column.SEX, "roster.sex.differs"),
        ("性别", "不详", Column.SEX, "roster.sex.unknown"),
        ("出生日期", "1938-05-02", Column.BIRTH_DATE, "roster.birth_date.differs"),
        ("出生日期", 1938.1, Column.BIRTH_DATE, "roster.birth_date.differs"),
        ("出生日期", "农历三月", Column.BIRTH_DATE, "roster.birth_date.unreadable"),
        ("社区", "火星社区", Column.COMMUNITY, "roster.community.unknown"),
        ("社区", "文庙社区", Column.COMMUNITY, "roster.community.ambiguous"),
        ("户籍地", "北京市", Column.PAYING_DIVISION, "roster.paying_division.unknown"),
        ("户籍地", "文庙", Column.PAYING_DIVISION, "roster.paying_division.ambiguous"),
        ("居住情况", "船上", Column.RESIDENCE, "roster.residence.unknown"),
        ("行动能力", "蓝色", Column.MOBILITY, "roster.mobility.unknown"),
        ("联系电话", "12345", Column.PHONE, "roster.phone.malformed"),
        ("子女电话", "无", Column.PHONE_CHILD, "roster.phone.malformed"),
        ("监护人电话", "00012345678", Column.GUARDIAN_NAME, "roster.guardian_name.missing"),
        ("备注", "长" * 501, Column.REMARK, "roster.cell.too_long"),
    ],
)
def test_a_faulty_cell_is_named_with_its_reason(heading: str, cell: Cell, column: Column, code: str) -> None:
    others = {} if heading == "姓名" else {"姓名": "王芳"}
    assert problems_of(**(others | {"联系地址": "x", heading: cell})) == [(column, code)]


def test_a_row_without_community_needs_one_from_the_importer() -> None:
    assert problems_of(community=None) == [(Column.COMMUNITY, "roster.community.missing")]


def test_all_problems_of_a_row_are_told_at_once() -> None:
    assert {column for column, _ in problems_of(性别="男", 出生日期="1940-01-01", 联系电话="1")} == {
        Column.SEX,
        Column.BIRTH_DATE,
        Column.PHONE,
    }


def test_two_rows_with_one_number_are_both_to_be_checked_and_name_each_other() -> None:
    roster = check_roster(
        [
            table_of(("姓名", "身份证号"), ("王芳", number()), ("李秀英", number(sequence=4)), sheet="一"),
            table_of(("姓名", "身份证号"), (), ("王方", number()), sheet="二"),
        ],
        divisions=DIVISIONS,
        today=TODAY,
        community=NANQIAO,
    )
    assert [row.person.name for row in roster.good] == ["李秀英"]
    assert [(row.sheet, row.row.number, dict(row.problems[0].params)) for row in roster.faulty] == [
        ("一", 2, {"sheet": "二", "row": 3, "count": 2}),
        ("二", 3, {"sheet": "一", "row": 2, "count": 2}),
    ]
    assert {row.problems[0].code for row in roster.faulty} == {"roster.identity_number.duplicate"}


def test_a_duplicate_is_found_also_where_one_of_the_rows_is_faulty_otherwise() -> None:
    roster = check(("姓名", "身份证号", "性别"), ("王芳", number(), "男"), ("王芳", number(), "女"))
    assert roster.good == ()
    assert len(roster.faulty) == 2


def test_a_faulty_row_keeps_its_community_and_survives_as_a_record() -> None:
    roster = check(("姓名", "身份证号", "社区", ""), ("王芳", 5.1999919380501e17, "南桥", date(1938, 5, 1)))
    row = roster.faulty[0]
    again = FaultyRow.from_record(row.as_record())
    assert row.community == again.community == NANQIAO
    assert again.problems == row.problems
    assert again.labelled == row.labelled == {
        "姓名": "王芳",
        "身份证号": "5.19999193805010E+17",
        "社区": "南桥",
        "#4": "1938-05-01",
    }  # fmt: skip


def test_no_repr_shows_a_person() -> None:
    roster = check(("姓名", "身份证号", "电话"), ("王芳", number(), "00012345678"), ("李秀英", "1", ""))
    assert "王芳" not in repr(roster)
    assert "李秀英" not in repr(roster)
    assert number() not in repr(roster)
