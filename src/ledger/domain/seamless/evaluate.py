"""Whether departments' signals certify one person: a pure function of evidence, rules and a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ledger.domain.codes import Death, Scheme, Status
from ledger.domain.programmes import Programme, Validity, local_date, months_before, validity_of_months
from ledger.domain.rules.transitions import AUTHORISING
from ledger.domain.seamless.rules import STRONG, EvidenceClass, SeamlessRules, ValidFrom
from ledger.domain.seamless.signal import Signal
from ledger.encoding.types import OrganisationId, Timestamp, Word
from ledger.encoding.words import certification


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one person: their state in the programme, their date of birth, their signals."""

    word: Word
    birth_date: date
    signals: Sequence[Signal]


class Result(StrEnum):
    """What becomes of one person. Only CERTIFY changes anything; all others leave it to the ladder."""

    CERTIFY = "certify"
    NEVER_SEEN = "never-seen"
    """No senior certification came first, or the person is too young for the programme."""
    NOT_ACTIVE = "not-active"
    """Suspended, revoked or closed."""
    BLOCKED = "blocked"
    """A death is recorded, or a signal of class D stands."""
    NOT_AUTHORISED = "not-authorised"
    """No notice was recorded, or the person objected."""
    LIMIT_REACHED = "limit-reached"
    """So many renewals followed each other that a person must be seen."""
    NOT_ENOUGH = "not-enough"


class Lack(StrEnum):
    """What is missing where the evidence is not enough."""

    POINTS = "points"
    DEPARTMENTS = "departments"
    STRONG = "strong"
    """No occurrence of class A or B is fresh enough."""
    LATER_END = "later-end"
    """Counted from the latest occurrence, the validity would not end later than it does already."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the evidence comes to at a time. Dates are those of UTC+8, the window's both inclusive."""

    result: Result
    window_from: date
    window_until: date
    points: int = 0
    departments: frozenset[OrganisationId] = frozenset()
    counted: tuple[Signal, ...] = ()
    """The signals within the window by day of occurrence, in an order that arrival does not change."""
    latest_strong: date | None = None
    """The latest occurrence of class A or B within the window."""
    validity: Validity | None = None
    """Only where the result is CERTIFY."""
    lacks: tuple[Lack, ...] = ()
    """Only where the result is NOT_ENOUGH."""


def evaluate(evidence: Evidence, programme: Programme, as_of: Timestamp) -> Outcome:
    """What the signals that were known at `as_of` say about a person.

    The order of arrival changes nothing. More signals of classes A, B and C never turn a certification into
    none, nor end it earlier: points and departments only add up, and the latest of class A or B only gets
    later. (The months are therefore those of the age band at `as_of`, not at the occurrence: someone who
    turns a hundred in between would lose by a later one.)

    Whether the person is due is not asked here. Raises Refused `seamless_not_offered`.
    """
    rules = programme.seamless_rules
    today = local_date(as_of)
    start = months_before(today, rules.window_months)
    known = [signal for signal in evidence.signals if signal.occurred_on <= today and signal.known_at(as_of)]
    if barred := _barred(evidence, known, programme, rules, today):
        return Outcome(barred, start, today)
    counted = sorted(
        (s for s in known if s.occurred_on >= start and s.kind in rules.by_code), key=_by_occurrence
    )
    points = _points(counted, rules)
    departments = frozenset(signal.department for signal in counted)
    strong = max((s.occurred_on for s in counted if _class_of(s, rules) in STRONG), default=None)
    begins = today if rules.valid_from is ValidFrom.RUN else strong
    validity = _validity(programme, evidence.birth_date, today, begins) if begins else None
    lacks = tuple(
        lack
        for lack, missing in (
            (Lack.POINTS, points < rules.points_needed),
            (Lack.DEPARTMENTS, len(departments) < rules.departments_needed),
            (Lack.STRONG, strong is None or strong < today - timedelta(days=rules.strong_days)),
            (
                Lack.LATER_END,
                validity is not None and validity.valid_until <= certification.valid_until(evidence.word),
            ),
        )
        if missing
    )
    return Outcome(
        Result.NOT_ENOUGH if lacks else Result.CERTIFY,
        start,
        today,
        points=points,
        departments=departments,
        counted=tuple(counted),
        latest_strong=strong,
        validity=None if lacks else validity,
        lacks=lacks,
    )


def _barred(
    evidence: Evidence, known: Iterable[Signal], programme: Programme, rules: SeamlessRules, today: date
) -> Result | None:
    """Why the evidence is not weighed at all. The contract checks the word's part of this again."""
    word = evidence.word
    if not certification.senior_seen(word) or programme.band(evidence.birth_date, today) is None:
        return Result.NEVER_SEEN
    if certification.status(word) != Status.ACTIVE:
        return Result.NOT_ACTIVE
    if certification.death(word) != Death.NONE or any(
        _class_of(signal, rules) is EvidenceClass.D for signal in known
    ):
        return Result.BLOCKED
    if certification.authorisation(word) not in AUTHORISING:
        return Result.NOT_AUTHORISED
    if certification.seamless_run(word) >= programme.seamless_limit:
        return Result.LIMIT_REACHED
    return None


def _points(counted: Iterable[Signal], rules: SeamlessRules) -> int:
    by_kind: dict[str, int] = {}
    for signal in counted:
        given = by_kind.get(signal.kind, 0) + rules.points_of[rules.by_code[signal.kind].evidence_class]
        by_kind[signal.kind] = min(given, rules.by_code[signal.kind].cap)
    return sum(by_kind.values())


def _class_of(signal: Signal, rules: SeamlessRules) -> EvidenceClass | None:
    kind = rules.by_code.get(signal.kind)
    return kind.evidence_class if kind else None


def _validity(programme: Programme, birth_date: date, today: date, begins: date) -> Validity | None:
    band = programme.band(birth_date, today)
    return validity_of_months(band.months(Scheme.SEAMLESS), begins) if band else None


def _by_occurrence(signal: Signal) -> tuple[date, int, str, int, int]:
    return (
        signal.occurred_on,
        signal.department,
        signal.kind,
        signal.received_at,
        signal.ended_at or 0,
    )
