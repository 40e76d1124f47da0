"""Changes of age band that are known ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.domain import months
from ledger.domain.entitlement.entitlement import band_in
from ledger.domain.entitlement.rules import Allowance, version
from ledger.domain.months import Month


@dataclass(frozen=True, slots=True)
class BandChange:
    """From this month on another band counts. Amounts in fen a month."""

    month: Month
    band: int
    amount: int
    before: int | None
    """The band until then; None for somebody who was too young."""


def band_change(
    birth_date: date, today: date, notice_days: int, rules: Sequence[Allowance]
) -> BandChange | None:
    """The first change of band in a month that begins within `notice_days` after today."""
    last = months.of(today + timedelta(days=notice_days))
    before = _band(birth_date, months.of(today), rules)[0]
    for month in months.between(Month(months.of(today) + 1), last):
        band, amount = _band(birth_date, month, rules)
        if band is not None and band != before:
            return BandChange(month, band, amount, before)
    return None


def _band(birth_date: date, month: Month, rules: Sequence[Allowance]) -> tuple[int | None, int]:
    terms = version(tuple(rules), month)
    return band_in(birth_date, month, terms) if terms else (None, 0)
