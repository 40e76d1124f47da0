from __future__ import annotations

import pytest

from ledger.domain.roster.cells import Cell, RawRow
from ledger.domain.roster.table import read_table
from tests.rosters import number, table_of

HEADING = ("序号", "姓名", "身份证号", "联系电话", "社区")


def test_titles_above_the_heading_are_passed_over() -> None:
    table = table_of(
        ("灌口街道高龄老人花名册",), ("填报单位：南桥社区", None), HEADING, (1, "王芳", number())
    )
    assert table.heading.number == 3
    assert [row.number for row in table.rows] == [4]
    assert table.heading.ignored == ("序号",)


def test_a_heading_is_looked_for_in_the_first_twenty_rows() -> None:
    rows = [RawRow(at, ("题目",)) for at in range(1, 20)]
    assert read_table("s", [*rows, RawRow(20, HEADING)]) is not None
    assert read_table("s", [*rows, RawRow(20, ("题目",)), RawRow(21, HEADING)]) is None


def test_a_sheet_without_both_required_headings_has_no_table() -> None:
    assert read_table("s", [RawRow(1, ("姓名", "电话")), RawRow(2, ("王芳", "1"))]) is None


@pytest.mark.parametrize(
    "row",
    [
        ("合计", "3人"),
        ("合 计", None, None, None, None),
        ("总计：300人",),
        (None, "小计", 12),
        ("Total", 3, None),
        ("制表人：某某", None, "审核人：某某"),
        ("说明：以上人员均已核实",),
        (None, None, None, None, "南桥社区"),
        (12, None, None, None, "南桥社区"),
        (None, " ", ""),
        (),
        HEADING,
    ],
    ids=str,
)
def test_rows_that_name_nobody_are_left_out(row: tuple[Cell, ...]) -> None:
    assert table_of(HEADING, (1, "王芳", number()), row).rows[1:] == ()


@pytest.mark.parametrize(
    "row",
    [
        (None, "王芳"),
        (None, None, number()),
        (None, None, None, "000-12345678"),
        (None, "合计", number()),
        (None, "王芳", "不详"),
    ],
    ids=["name", "number", "phone", "a name like a total", "no number"],
)
def test_no_row_that_may_be_a_person_is_left_out(row: tuple[Cell, ...]) -> None:
    assert len(table_of(HEADING, row).rows) == 1
