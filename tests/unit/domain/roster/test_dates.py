from __future__ import annotations

from datetime import date, datetime

import pytest

from ledger.domain.roster.cells import Cell
from ledger.domain.roster.dates import PartialDate, read_birth_date

DAY = PartialDate(1938, 5, 1)


@pytest.mark.parametrize(
    "cell",
    [
        date(1938, 5, 1),
        datetime(1938, 5, 1, 8, 30),  # noqa: DTZ001 - as a spreadsheet's dates are
        14001,
        14001.0,
        14001.75,
        "14001",
        19380501,
        "19380501",
        "１９３８０５０１",
        "1938-5-1",
        "1938-05-01",
        "1938/05/01",
        "1938.5.1",
        "1938。5。1",
        "1938年5月1日",
        "1938 年 5 月 1 日",
        "1938－05－01",
        "1938–05–01",
        "1938-05-01 00:00:00",
        "1938-05-01T00:00",
        "38-5-1",
    ],
    ids=repr,
)
def test_a_day_is_read_from_every_common_form(cell: Cell) -> None:
    assert read_birth_date(cell) == [DAY]


@pytest.mark.parametrize(
    "cell", ["1938.5", 1938.5, "1938年5月", "1938-05", "1938/5", 193805, "193805"], ids=repr
)
def test_a_month_is_read_without_a_day(cell: Cell) -> None:
    assert read_birth_date(cell) == [PartialDate(1938, 5)]


@pytest.mark.parametrize("cell", ["1938.1", 1938.1])
def test_october_may_have_lost_its_zero(cell: Cell) -> None:
    assert read_birth_date(cell) == [PartialDate(1938, 1), PartialDate(1938, 10)]


def test_day_and_month_may_stand_either_way_before_the_year() -> None:
    assert read_birth_date("5/1/1938") == [DAY, PartialDate(1938, 1, 5)]
    assert read_birth_date("13/5/1938") == [PartialDate(1938, 5, 13)]


def test_a_year_alone_is_a_year_and_no_serial() -> None:
    assert read_birth_date(1938) == read_birth_date("1938年") == [PartialDate(1938)]


@pytest.mark.parametrize(
    "cell", ["", None, "不详", "1938-13-01", "1938年2月30日", 99999, 0, -1, True, "88岁"], ids=repr
)
def test_what_is_no_date_has_no_meaning(cell: Cell) -> None:
    assert read_birth_date(cell) == []


def test_a_partial_date_fits_the_days_it_leaves_open() -> None:
    assert PartialDate(1938).fits(date(1938, 5, 1))
    assert PartialDate(1938, 5).fits(date(1938, 5, 31))
    assert not PartialDate(1938, 5, 2).fits(date(1938, 5, 1))
