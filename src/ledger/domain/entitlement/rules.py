"""What a programme file says about money: amounts by age band, in versions; the days of the month's work."""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from ledger.domain import months
from ledger.domain.months import Month
from ledger.domain.rule_file import Strict
from ledger.errors import BadInput


class PaidBand(Strict):
    """What someone from `from_age` on, up to the next band, is paid a month, in fen (1/100 yuan)."""

    from_age: int = Field(ge=0, le=150)
    monthly_fen: int = Field(ge=0, le=10_000_000)


class Allowance(Strict):
    """One version of what is paid. It holds from `from_month` on, until the next one does."""

    from_month: str
    """YYYY-MM."""
    reference: str = Field(default="", max_length=200)
    """The document it rests on."""
    paying_day: int = Field(ge=1, le=28)
    """Whoever's register the person is on, and however they stand, on this day decides the whole month."""
    birthday: Literal["same-month", "next-month"]
    """The first month in which a completed year of age counts."""
    month_of_death: Literal["paid", "unpaid"]
    arrears_months: int = Field(ge=0, le=120)
    """How many months before that of the first certification are still paid."""
    bands: tuple[PaidBand, ...] = Field(min_length=1, strict=False)

    @field_validator("from_month")
    @classmethod
    def _is_month(cls, value: str) -> str:
        try:
            months.parse(value)
        except BadInput:
            raise ValueError("from_month must be written YYYY-MM") from None
        return value

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        if any(lower.from_age >= upper.from_age for lower, upper in pairwise(self.bands)):
            raise ValueError("bands must be in ascending order of from_age")
        return self

    @cached_property
    def first(self) -> Month:
        """The first month it holds for."""
        return months.parse(self.from_month)

    @cached_property
    def bands_downwards(self) -> tuple[tuple[int, int], ...]:
        """(from age, fen a month), the oldest first."""
        return tuple((band.from_age, band.monthly_fen) for band in reversed(self.bands))


class MonthTerms(Strict):
    """Until which day of the month each step is to be done, and how far ahead a change of band is told."""

    listed_by: int = Field(ge=1, le=28)
    confirmed_by: int = Field(ge=1, le=28)
    paid_by: int = Field(ge=1, le=28)
    notice_days: int = Field(ge=0, le=366)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.listed_by < self.confirmed_by < self.paid_by:
            raise ValueError("listed_by, confirmed_by and paid_by must follow on one another")
        return self


def version(allowance: tuple[Allowance, ...], month: Month) -> Allowance | None:
    """The version that holds for a month; None before the first."""
    for one in reversed(allowance):
        if one.first <= month:
            return one
    return None
