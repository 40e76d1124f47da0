"""Programmes: who is eligible, how long a certification is valid, when a renewal is due. Read from TOML.

A programme file is data that a city can write. Its rules hash, keccak256 of the file's contents as canonical
JSON, is registered in `Policies` together with the limits that the contracts enforce.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cached_property
from importlib import resources
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from ledger.domain.codes import Scheme
from ledger.domain.entitlement.rules import Allowance, MonthTerms
from ledger.domain.ladder.rules import LadderRules
from ledger.domain.rule_file import Name, Strict
from ledger.domain.seamless.rules import SeamlessRules
from ledger.encoding.canonical import canonical_json
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import ProgrammeId, Timestamp
from ledger.errors import BadInput, Refused

LOCAL_TIME = timezone(timedelta(hours=8), "UTC+8")
"""China's one time zone, without daylight saving: programmes count days and months in it."""

DAY = 86_400
LONGEST_MONTHS = 120


Months = Annotated[int, Field(ge=1, le=LONGEST_MONTHS)]


class AgeBand(Strict):
    """People from `from_age` on, up to the next band, and for how many months each scheme certifies them."""

    from_age: int = Field(ge=0, le=150)
    senior_months: Months
    seamless_months: Months

    def months(self, scheme: Scheme) -> int:
        """Months of validity under SENIOR or SEAMLESS."""
        return self.seamless_months if scheme is Scheme.SEAMLESS else self.senior_months


class Programme(Strict):
    """One programme file, parsed. Its ages are full years, its days and months those of UTC+8."""

    id: ProgrammeId = Field(ge=1, lt=1 << 16)
    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    version: int = Field(ge=1, lt=1 << 32)
    name: Name
    bands: tuple[AgeBand, ...] = Field(min_length=1, strict=False)
    seamless_limit: int = Field(ge=0, lt=1 << 5)
    due_days: int = Field(ge=0, le=366)
    grace_days: int = Field(ge=0, le=366)
    longest_senior_days: int = Field(ge=1, le=3700)
    longest_seamless_days: int = Field(ge=1, le=3700)
    seamless: SeamlessRules | None = None
    """None where only people certify."""
    month: MonthTerms | None = None
    """None where nothing is paid by the month."""
    ladder: LadderRules | None = None
    """None where nothing is done about a certification that runs out but to list it."""
    allowance: tuple[Allowance, ...] = Field(default=(), strict=False)
    """The versions of what is paid, in order of the months from which they hold."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if any(lower.from_age >= upper.from_age for lower, upper in pairwise(self.bands)):
            raise ValueError("bands must be in ascending order of from_age")
        if any(earlier.first >= later.first for earlier, later in pairwise(self.allowance)):
            raise ValueError("allowance versions must be in ascending order of from_month")
        if self.allowance and self.month is None:
            raise ValueError("a programme with an allowance needs the table month")
        for scheme, longest in (
            (Scheme.SENIOR, self.longest_senior_days),
            (Scheme.SEAMLESS, self.longest_seamless_days),
        ):
            months = max(band.months(scheme) for band in self.bands)
            if longest < _longest_days(months):
                raise ValueError(
                    f"longest_{scheme.name.lower()}_days is {longest}, but {months} months, counted from the "
                    f"first of a month to the end of one, can take {_longest_days(months)} days"
                )
        return self

    @cached_property
    def rules_hash(self) -> bytes:
        """keccak256 of the canonical JSON of what the file says, 32 bytes."""
        return keccak256(canonical_json(self.model_dump(by_alias=True, mode="json", exclude_unset=True)))

    @property
    def longest_senior(self) -> int:
        """Longest validity of a senior certification that the contract accepts, seconds."""
        return self.longest_senior_days * DAY

    @property
    def longest_seamless(self) -> int:
        """Longest validity of a seamless certification that the contract accepts, seconds."""
        return self.longest_seamless_days * DAY

    @property
    def youngest(self) -> int:
        """The age from which on someone is eligible, full years."""
        return self.bands[0].from_age

    @property
    def seamless_rules(self) -> SeamlessRules:
        """The seamless part. Raises Refused `seamless_not_offered` where only people certify."""
        if self.seamless is None:
            raise Refused("seamless_not_offered", got=self.code)
        return self.seamless

    def band(self, birth_date: date, on: date) -> AgeBand | None:
        """The age band of someone born on `birth_date`, on the day `on`; None if they are too young."""
        age = age_on(birth_date, on)
        return next((band for band in reversed(self.bands) if band.from_age <= age), None)


@dataclass(frozen=True, slots=True)
class Validity:
    """A window [valid_from, valid_until) of whole months in UTC+8, as unix seconds."""

    valid_from: Timestamp
    valid_until: Timestamp


def parse(text: str) -> Programme:
    """A programme file's text as a Programme. Raises BadInput `programme_invalid` saying where and what."""
    try:
        return Programme.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise BadInput("programme_invalid", where="", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput("programme_invalid", where=where, problem=first["msg"]) from error


def shipped() -> Iterator[Programme]:
    """The programmes that come with the package."""
    for file in sorted(resources.files("ledger.programmes").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield parse(file.read_text(encoding="utf-8"))


def age_on(birth_date: date, on: date) -> int:
    """Full years of age (周岁) on a day.

    Someone born on 29 February completes a year on the 28th in a common year, as a period without a
    corresponding day ends on the month's last (Civil Code of the PRC, art. 202).
    """
    birthday = (birth_date.month, birth_date.day)
    if birthday == (2, 29) and not _is_leap(on.year):
        birthday = (2, 28)
    return on.year - birth_date.year - ((on.month, on.day) < birthday)


def validity(programme: Programme, scheme: Scheme, birth_date: date, occurred_on: date) -> Validity:
    """How long a certification counts for an act of `occurred_on`.

    From the first of its month until the end of the month in which the band's months run out, so that neither
    bound tells the day of the act.

    Raises BadInput `too_young` if the person is under the programme's age on that day.
    """
    band = programme.band(birth_date, occurred_on)
    if band is None:
        raise BadInput("too_young", got=age_on(birth_date, occurred_on), expected=programme.youngest)
    return validity_of_months(band.months(scheme), occurred_on)


def validity_of_months(months: int, occurred_on: date) -> Validity:
    """The window of so many months for something that happened on this day."""
    return Validity(
        _month_start(occurred_on.year, occurred_on.month),
        _month_start(occurred_on.year, occurred_on.month + months + 1),
    )


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier, or its month's last (Civil Code of the PRC, art. 202)."""
    years, month_index = divmod(day.month - 1 - months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def local_date(time: int | float) -> date:
    """The date in UTC+8 at `time`, unix seconds."""
    return datetime.fromtimestamp(time, LOCAL_TIME).date()


def local_midnight(time: int | float) -> Timestamp:
    """When the day in UTC+8 began that `time` falls in, both unix seconds."""
    day = local_date(time)
    return Timestamp(int(datetime(day.year, day.month, day.day, tzinfo=LOCAL_TIME).timestamp()))


def _month_start(year: int, month: int) -> Timestamp:
    years, month_index = divmod(month - 1, 12)
    return Timestamp(int(datetime(year + years, month_index + 1, 1, tzinfo=LOCAL_TIME).timestamp()))


def _longest_days(months: int) -> int:
    """The most days that `months` + 1 whole calendar months can have."""
    return max(
        (
            _month_start(2023 + start // 12, start % 12 + 2 + months)
            - _month_start(2023 + start // 12, start % 12 + 1)
        )
        // DAY
        for start in range(48)
    )


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
