"""The rates of a simulated city, read from a file in which each has its source or says that it is assumed."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from ledger.domain.rule_file import Strict
from ledger.errors import BadInput

_Chance = Annotated[float, Field(ge=0, le=1)]


class Cited(Strict):
    """Something of which it is said where it comes from."""

    source: str | None = None
    assumed: str | None = None

    @model_validator(mode="after")
    def _is_cited(self) -> Self:
        if (self.source is None) == (self.assumed is None):
            raise ValueError("says either its source or what is assumed")
        return self


class Rate(Cited):
    """A number."""

    value: float = Field(ge=0)


class People(Strict):
    """Who lives in the city."""

    oldest_age: int = Field(ge=80, le=120)
    yearly_fewer: Rate
    objecting: Rate


class Death(Strict):
    """When people die, and who keeps it to themselves."""

    at_80: Rate
    doubling_years: Rate
    hidden: Rate
    hidden_days: Rate


class Life(Strict):
    """What happens to people."""

    travels: Rate
    travel_months: Rate
    falls_ill: Rate
    moves: Rate


class Visits(Strict):
    """Whom people who look find."""

    reached: Rate
    reached_away: Rate
    last_check: Rate


class Mistakes(Strict):
    """What departments and families get wrong."""

    mismatch: Rate
    lost: Rate
    card_used_after_death: Rate
    card_months: Rate
    seen_after_death: Rate
    namesake_struck_off: Rate


class LifeKind(Cited):
    """A kind of signal of the living."""

    kind: str
    department: str
    users: _Chance
    monthly: _Chance
    ill: _Chance
    delay_days: float = Field(gt=0)


class DeathKind(Cited):
    """A kind of record of a death."""

    kind: str
    department: str
    comes: _Chance
    delay_days: float = Field(gt=0)


class Rates(Strict):
    """A rates file."""

    people: People
    death: Death
    life: Life
    visits: Visits
    mistakes: Mistakes
    kinds: tuple[LifeKind, ...] = Field(min_length=1, strict=False)
    deaths: tuple[DeathKind, ...] = Field(min_length=1, strict=False)

    @property
    def departments(self) -> tuple[str, ...]:
        """Codes of all departments, in order."""
        lives, deaths = (one.department for one in self.kinds), (one.department for one in self.deaths)
        return tuple(sorted({*lives, *deaths}))


def read_rates(path: Path | None = None) -> Rates:
    """The file's rates, the shipped ones by default. Raises BadInput `simulate.rates_malformed`."""
    try:
        file = path or resources.files(__package__).joinpath("rates.toml")
        return Rates.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("simulate.rates_malformed", where="", problem=str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput("simulate.rates_malformed", where=where, problem=first["msg"]) from error
