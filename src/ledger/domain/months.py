"""Calendar months as numbers that count up by one, so that a month after another is one more."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache
from typing import NewType

from ledger.errors import BadInput

Month = NewType("Month", int)
"""Twelve times the year, plus the month from 0."""

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def of(day: date) -> Month:
    """The month that a day lies in."""
    return Month(day.year * 12 + day.month - 1)


def parse(text: str) -> Month:
    """A month written YYYY-MM (ISO 8601). Raises BadInput `month_malformed`."""
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12 or not 1900 <= int(found[1]) <= 2999:
        raise BadInput("month_malformed", got=text[:20])
    return Month(int(found[1]) * 12 + int(found[2]) - 1)


def text(month: Month) -> str:
    """YYYY-MM."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


@cache
def day(month: Month, number: int) -> date:
    """The day of this number, or the month's last where it has none."""
    year, of_year = divmod(month, 12)
    return date(year, of_year + 1, min(number, monthrange(year, of_year + 1)[1]))


def first_day(month: Month) -> date:
    """Its first day."""
    return day(month, 1)


def last_day(month: Month) -> date:
    """Its last day."""
    return day(month, 31)


def between(first: Month, last: Month) -> list[Month]:
    """The months from `first` to `last`, both included."""
    return [Month(number) for number in range(first, last + 1)]
