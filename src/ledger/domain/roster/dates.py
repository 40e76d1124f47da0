"""Birth dates as rosters hold them. The date that counts is the identity number's; a roster's is checked
against it, so a cell is read as every date it could mean (1938.1 is January, or October that lost its zero in
a spreadsheet)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ledger.domain import plain_text
from ledger.domain.roster.cells import Cell, as_text

# Day 0 of spreadsheets' 1900 system, for serials after the 29 February 1900 that they believe in.
_SERIAL_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 73_050  # end of 2099
_DATE = re.compile(r"(\d{4}|\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH = re.compile(r"(\d{4})([-/.年])(\d{1,2})月?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_PUNCTUATION = str.maketrans({"。": ".", "\u2013": "-", "\u2014": "-", "\u2015": "-", "\u2212": "-"})


class PartialDate(NamedTuple):
    """A date of which the month or the day may not have been given."""

    year: int
    month: int | None = None
    day: int | None = None

    def fits(self, whole: date) -> bool:
        return self.year == whole.year and self.month in {None, whole.month} and self.day in {None, whole.day}


def read_birth_date(cell: Cell) -> list[PartialDate]:
    """Every date the cell could mean; an empty list when it is no date."""
    if isinstance(cell, datetime | date):
        return [PartialDate(cell.year, cell.month, cell.day)]
    if isinstance(cell, float) and not cell.is_integer() and cell > 10_000:
        return _existing([_of_serial(int(cell))])
    text = _TIME_OF_DAY.sub("", plain_text.half_width(as_text(cell)).translate(_PUNCTUATION)).replace(" ", "")
    return _existing(list(_meanings(text)))


def _meanings(text: str) -> Iterator[PartialDate]:
    if match := _DATE.fullmatch(text):
        year = int(match[1]) if len(match[1]) == 4 else 1900 + int(match[1])
        yield PartialDate(year, int(match[2]), int(match[3]))
    elif match := _MONTH.fullmatch(text):
        yield PartialDate(int(match[1]), int(match[3]))
        if match[2] == "." and match[3] == "1":
            yield PartialDate(int(match[1]), 10)
    elif match := _YEAR_LAST.fullmatch(text):
        yield PartialDate(int(match[3]), int(match[1]), int(match[2]))
        yield PartialDate(int(match[3]), int(match[2]), int(match[1]))
    elif re.fullmatch(r"\d{8}", text):
        yield PartialDate(int(text[:4]), int(text[4:6]), int(text[6:]))
    elif re.fullmatch(r"\d{6}", text):
        yield PartialDate(int(text[:4]), int(text[4:]))
    elif re.fullmatch(r"(18|19|20)\d{2}年?", text):
        yield PartialDate(int(text[:4]))
    elif re.fullmatch(r"\d{3,5}", text):
        yield _of_serial(int(text))


def _of_serial(serial: int) -> PartialDate:
    if not 60 < serial <= _LAST_SERIAL:
        return PartialDate(0)
    day = _SERIAL_EPOCH + timedelta(days=serial)
    return PartialDate(day.year, day.month, day.day)


def _existing(dates: list[PartialDate]) -> list[PartialDate]:
    return [partial for partial in dates if _exists(partial)]


def _exists(partial: PartialDate) -> bool:
    try:
        date(partial.year, partial.month or 1, partial.day or 1)
    except ValueError:
        return False
    return True
