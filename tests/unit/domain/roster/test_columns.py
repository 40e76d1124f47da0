from __future__ import annotations

import pytest

from ledger.domain.roster.columns import SYNONYMS, Column, column_of, columns_of


@pytest.mark.parametrize(
    ("heading", "column"),
    [(heading, column) for column, headings in SYNONYMS.items() for heading in headings],
)
def test_every_synonym_names_its_column_however_it_is_written(heading: str, column: Column) -> None:
    assert column_of(heading) is column
    assert column_of(f" *{heading.upper()}： ") is column
    assert column_of(f"{heading}（必填）") is column
    assert column_of("\n".join(heading)) is column


def test_no_heading_names_two_columns() -> None:
    headings = [heading for headings in SYNONYMS.values() for heading in headings]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("heading", ["序号", "年龄", "民族", "", "（必填）", "身份证有效期", "户籍地址"])
def test_other_headings_name_no_column(heading: str) -> None:
    assert column_of(heading) is None


def test_the_first_of_two_columns_with_one_meaning_counts() -> None:
    assert columns_of(["电话", "姓名", "手机", ""]) == {Column.PHONE: 0, Column.NAME: 1}
