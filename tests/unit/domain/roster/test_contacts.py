from __future__ import annotations

import pytest

from ledger.domain.roster.contacts import read_phones
from ledger.domain.roster.person import Contact, Relationship
from tests.rosters import check, number


def contacts_of(**cells: str | int | float) -> tuple[Contact, ...]:
    row = {"姓名": "王芳", "身份证号": number()} | cells
    return check(tuple(row), tuple(row.values())).good[0].person.contacts


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("00012345678", ["00012345678"]),
        ("０００１２３４５６７８", ["00012345678"]),
        ("000-1234-5678", ["00012345678"]),
        ("+86 000 1234 5678", ["+8600012345678"]),
        ("(000)1234567", ["0001234567"]),
        ("00012345678、00087654321", ["00012345678", "00087654321"]),
        ("00012345678/00087654321；8712345", ["00012345678", "00087654321", "8712345"]),
    ],
)
def test_phones_are_read_as_digits(text: str, phones: list[str]) -> None:
    assert read_phones(text) == phones


@pytest.mark.parametrize("text", ["无", "123456", "1" * 16, "00012345678、无", "电话00012345678"])
def test_what_is_no_phone_is_none(text: str) -> None:
    assert read_phones(text) is None


@pytest.mark.parametrize(
    ("owner", "relationship", "expected"),
    [
        ("本人", "", (Relationship.SELF, None)),
        ("王芳", "", (Relationship.SELF, None)),
        ("女儿", "", (Relationship.CHILD, None)),
        ("李丽", "女儿", (Relationship.CHILD, "李丽")),
        ("李丽（女儿）", "", (Relationship.CHILD, "李丽")),
        ("女儿（李丽）", "", (Relationship.CHILD, "李丽")),
        ("女儿李丽", "", (Relationship.CHILD, "李丽")),
        ("女儿：李丽", "", (Relationship.CHILD, "李丽")),
        ("老伴", "", (Relationship.SPOUSE, None)),
        ("", "邻居", (Relationship.NEIGHBOUR, None)),
        ("张敏", "网格员", (Relationship.WORKER, "张敏")),
        ("李丽", "", (Relationship.OTHER, "李丽")),
        ("", "", (Relationship.OTHER, None)),
    ],
)
def test_a_phone_has_the_owner_that_the_row_gives(
    owner: str, relationship: str, expected: tuple[Relationship, str | None]
) -> None:
    contacts = contacts_of(联系电话="00012345678", 联系人=owner, 与老人关系=relationship)
    assert contacts == (Contact("00012345678", *expected),)


@pytest.mark.parametrize(
    ("heading", "relationship"),
    [("本人电话", Relationship.SELF), ("配偶电话", Relationship.SPOUSE), ("子女电话", Relationship.CHILD)],
)
def test_a_heading_may_say_whose_the_phone_is(heading: str, relationship: Relationship) -> None:
    assert contacts_of(**{heading: "00012345678"}) == (Contact("00012345678", relationship),)


@pytest.mark.parametrize("cell", [13800000000, 13800000000.0])
def test_a_phone_that_a_spreadsheet_took_for_a_number_keeps_its_digits(cell: float) -> None:
    assert contacts_of(本人电话=cell)[0].phone == "13800000000"
