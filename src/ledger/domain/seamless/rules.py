"""The seamless part of a programme file: what counts as evidence, how much of it, and how fresh.

The programme's rules hash covers it, so a change of any number here is a new version on chain.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import Field, model_validator

from ledger.domain.rule_file import Name, Strict

Positive = Annotated[int, Field(ge=1, le=100)]


class EvidenceClass(StrEnum):
    """How strongly a kind of signal says that someone lives."""

    A = "A"
    """An identity-checked presence: an inpatient stay, a face, a visit."""
    B = "B"
    """An identity-checked act: a vaccination, a clinic visit."""
    C = "C"
    """Somebody used what is theirs: a bus card, a pharmacy account, a telephone. Never enough by itself."""
    D = "D"
    """Death-like: it blocks automatic certification and asks for a person's look, and stops nothing."""


STRONG = frozenset({EvidenceClass.A, EvidenceClass.B})


class ValidFrom(StrEnum):
    """What a renewal's months are counted from."""

    EVIDENCE = "evidence"
    """The latest occurrence of class A or B."""
    RUN = "run"
    """The day of the run, as elsewhere; kept so that the two can be compared."""


class Kind(Strict):
    """One kind of signal that a department may report."""

    code: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    evidence_class: EvidenceClass = Field(alias="class", strict=False)
    cap: int = Field(default=0, ge=0, le=100)
    """The most points that all signals of this kind give together; 0, as they give none, for class D."""
    authoritative: bool = False
    """Class D only: the register of deaths itself, not a hint at one."""
    name: Name


class Points(Strict):
    """What one signal of each class gives."""

    a: Positive
    b: Positive
    c: Positive


class SeamlessRules(Strict):
    """When departments' signals certify someone."""

    points_needed: Positive
    departments_needed: Positive
    window_months: int = Field(ge=1, le=24)
    """Signals of the last so many months count, by the day of occurrence."""
    strong_days: int = Field(ge=1, le=732)
    """At least one of class A or B must have occurred within so many days."""
    valid_from: ValidFrom = Field(default=ValidFrom.EVIDENCE, strict=False)
    points: Points
    kinds: tuple[Kind, ...] = Field(min_length=1, strict=False)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [kind.code for kind in self.kinds]
        if len(set(codes)) < len(codes):
            raise ValueError("a kind's code stands twice")
        for kind in self.kinds:
            deathlike = kind.evidence_class is EvidenceClass.D
            if deathlike and kind.cap:
                raise ValueError(f"{kind.code} is of class D and gives no points, but has a cap")
            if not deathlike and not kind.cap:
                raise ValueError(f"{kind.code} has no cap")
            if kind.authoritative and not deathlike:
                raise ValueError(f"{kind.code} is authoritative about a death, but not of class D")
        return self

    @cached_property
    def by_code(self) -> Mapping[str, Kind]:
        """The kinds by code."""
        return MappingProxyType({kind.code: kind for kind in self.kinds})

    def is_deathlike(self, code: str) -> bool:
        """Whether the kind of this code is of class D."""
        kind = self.by_code.get(code)
        return kind is not None and kind.evidence_class is EvidenceClass.D

    @cached_property
    def points_of(self) -> Mapping[EvidenceClass, int]:
        """The points that one signal of each class gives."""
        return MappingProxyType(
            {
                EvidenceClass.A: self.points.a,
                EvidenceClass.B: self.points.b,
                EvidenceClass.C: self.points.c,
                EvidenceClass.D: 0,
            }
        )
