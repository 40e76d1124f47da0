"""The columns of a roster and the headings by which communities know them, in Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from ledger.domain import plain_text


class Column(StrEnum):
    NAME = "name"
    IDENTITY_NUMBER = "identity_number"
    SEX = "sex"
    BIRTH_DATE = "birth_date"
    COMMUNITY = "community"
    PAYING_DIVISION = "paying_division"
    RESIDENCE = "residence"
    ADDRESS = "address"
    BUILDING = "building"
    PHONE = "phone"
    PHONE_OWNER = "phone_owner"
    PHONE_RELATIONSHIP = "phone_relationship"
    PHONE_SELF = "phone_self"
    PHONE_SPOUSE = "phone_spouse"
    PHONE_CHILD = "phone_child"
    MOBILITY = "mobility"
    GUARDIAN_NAME = "guardian_name"
    GUARDIAN_PHONE = "guardian_phone"
    GUARDIAN_RELATIONSHIP = "guardian_relationship"
    REMARK = "remark"


REQUIRED = (Column.NAME, Column.IDENTITY_NUMBER)
"""A row is a heading when it names both. The community is required too, but the importer may state it."""

SYNONYMS: dict[Column, tuple[str, ...]] = {
    Column.NAME: (
        "姓名", "老人姓名", "老年人姓名", "本人姓名", "对象姓名", "高龄老人姓名", "申请人姓名", "名字",
        "name", "full name", "elder name", "name of elder",
    ),
    Column.IDENTITY_NUMBER: (
        "身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "居民身份证号码",
        "居民身份证号", "证件号", "证件号码", "老人身份证号", "老人身份证号码", "本人身份证号",
        "本人身份证号码", "身份号码", "identity number", "identity no", "identity card number", "id number",
        "id no", "id card", "id card number", "citizen id", "national id",
    ),
    Column.SEX: ("性别", "sex", "gender"),
    Column.BIRTH_DATE: (
        "出生日期", "出生年月", "出生年月日", "生日", "出生时间", "birth date", "date of birth", "dob",
        "birthday", "month of birth",
    ),
    Column.COMMUNITY: (
        "社区", "村社区", "村(社区)", "社区(村)", "社区名称", "所属社区", "所在社区", "所属村社区", "村居",
        "村委会", "居委会", "社区代码", "责任社区", "community", "community name", "community code",
        "village",
    ),
    Column.PAYING_DIVISION: (
        "户籍地", "户籍所在地", "户口所在地", "户籍", "户籍社区", "户籍区划", "发放地", "津贴发放地", "hukou",
        "paying division", "registered residence", "place of registration", "household registration",
    ),
    Column.RESIDENCE: (
        "居住情况", "居住状况", "居住方式", "居住类型", "养老方式", "居住形式", "residence", "residence kind",
        "living situation", "living arrangement",
    ),
    Column.ADDRESS: (
        "住址", "现住址", "居住地址", "家庭住址", "家庭地址", "现居住地址", "现居住地", "详细地址", "居住地",
        "地址", "常住地址", "address", "home address", "current address",
    ),
    Column.BUILDING: ("楼栋", "楼栋号", "楼号", "栋号", "小区楼栋", "院落", "building", "building number"),
    Column.PHONE: (
        "电话", "联系电话", "手机", "手机号", "手机号码", "电话号码", "联系方式", "联系号码", "联系人电话",
        "联系手机", "phone", "telephone", "mobile", "phone number", "mobile number", "contact number", "tel",
        "contact phone",
    ),
    Column.PHONE_OWNER: (
        "联系人", "电话机主", "机主", "机主姓名", "联系人姓名", "紧急联系人", "phone owner", "contact",
        "contact person", "contact name",
    ),
    Column.PHONE_RELATIONSHIP: (
        "与本人关系", "与老人关系", "关系", "联系人关系", "机主关系", "联系人与老人关系", "与机主关系",
        "relationship", "phone relationship", "contact relationship", "relationship to elder",
    ),
    Column.PHONE_SELF: ("本人电话", "老人电话", "本人手机", "本人联系电话", "老人联系电话", "own phone"),
    Column.PHONE_SPOUSE: ("配偶电话", "老伴电话", "配偶联系电话", "spouse phone"),
    Column.PHONE_CHILD: (
        "子女电话", "子女联系电话", "子女联系方式", "子女手机", "child phone", "children phone",
    ),
    Column.MOBILITY: (
        "行动能力", "失能情况", "失能等级", "自理能力", "自理情况", "生活自理能力", "能力等级", "身体状况",
        "健康状况", "mobility", "ability", "care level",
    ),
    Column.GUARDIAN_NAME: ("监护人", "监护人姓名", "guardian", "guardian name"),
    Column.GUARDIAN_PHONE: (
        "监护人电话", "监护人联系电话", "监护人手机", "监护人联系方式", "guardian phone",
        "guardian telephone",
    ),
    Column.GUARDIAN_RELATIONSHIP: (
        "监护人关系", "与监护人关系", "监护人与老人关系", "监护关系", "guardian relationship",
    ),
    Column.REMARK: ("备注", "说明", "备注说明", "情况说明", "remark", "remarks", "note", "notes", "comment"),
}  # fmt: skip

_NOT_WORD = re.compile(r"[\W_]")
_HINT = re.compile(r"^\W*[(\[【〔][^(\[【〔]*[)\]】〕]|[(\[【〔][^(\[【〔]*[)\]】〕]\W*$")


def column_of(heading: str) -> Column | None:
    """The column a heading names, whatever its case, spaces, punctuation or hint in brackets: 姓名(必填)."""
    text = plain_text.half_width(heading)
    return _BY_KEY.get(_key(text)) or _BY_KEY.get(_key(_HINT.sub("", text)))


def columns_of(headings: Iterable[str]) -> dict[Column, int]:
    """Position of each known column; the first of two with the same meaning counts."""
    found: dict[Column, int] = {}
    for position, heading in enumerate(headings):
        column = column_of(heading) if heading else None
        if column is not None:
            found.setdefault(column, position)
    return found


def _key(text: str) -> str:
    return _NOT_WORD.sub("", text).lower()


_BY_KEY = {_key(synonym): column for column, synonyms in SYNONYMS.items() for synonym in synonyms}
