"""Cases: what a person must look at and answer, by when, and who may decide it.

| kind | opened by | may be decided as |
|---|---|---|
| roster_row | an import | corrected, dismissed |
| death | a report or a department's signal | confirmed, rescinded |
| appeal | anybody, by any channel, for the person | granted, dismissed |
| not_enough_evidence | the ladder, at its end | stopped, continued |
| anomaly | the register itself | explained, acted_on |
| consent_call | a draw among consents taken on paper | as_said, not_said |
| identity | whoever doubts that a record is about the right person | corrected, dismissed |

The days are the city's own choice, to be set by its civil affairs bureau.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from ledger.domain.programmes import DAY


class CaseKind(StrEnum):
    """What a case is about."""

    ROSTER_ROW = "roster_row"
    DEATH = "death"
    APPEAL = "appeal"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    ANOMALY = "anomaly"
    IDENTITY = "identity"
    CONSENT_CALL = "consent_call"


class CaseOutcome(StrEnum):
    """How a case was decided; CERTIFIED and ENDED are said by what happened meanwhile, never by a person."""

    CORRECTED = "corrected"
    DISMISSED = "dismissed"
    CONFIRMED = "confirmed"
    RESCINDED = "rescinded"
    GRANTED = "granted"
    STOPPED = "stopped"
    CONTINUED = "continued"
    EXPLAINED = "explained"
    ACTED_ON = "acted_on"
    CERTIFIED = "certified"
    ENDED = "ended"
    AS_SAID = "as_said"
    NOT_SAID = "not_said"


class Channel(StrEnum):
    """How word of it came."""

    COUNTER = "counter"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"
    FAMILY = "family"
    ONLINE = "online"
    DEPARTMENT = "department"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class CaseTerms:
    """How cases of a kind are worked off."""

    days: int
    """From the opening to the deadline."""
    outcomes: frozenset[CaseOutcome]
    reviewed: bool = True
    """Whether only a reviewer decides."""
    four_eyes: bool = False
    """Whether it is decided by another organisation than the one that the case turns on: the reporter of a
    death, the taker of the decision appealed against, the one an anomaly asks about.
    """


TERMS: Mapping[CaseKind, CaseTerms] = MappingProxyType(
    {
        CaseKind.ROSTER_ROW: CaseTerms(
            15, frozenset({CaseOutcome.CORRECTED, CaseOutcome.DISMISSED}), reviewed=False
        ),
        CaseKind.DEATH: CaseTerms(
            30, frozenset({CaseOutcome.CONFIRMED, CaseOutcome.RESCINDED}), four_eyes=True
        ),
        CaseKind.APPEAL: CaseTerms(
            30, frozenset({CaseOutcome.GRANTED, CaseOutcome.DISMISSED}), four_eyes=True
        ),
        CaseKind.NOT_ENOUGH_EVIDENCE: CaseTerms(
            30, frozenset({CaseOutcome.STOPPED, CaseOutcome.CONTINUED}), four_eyes=True
        ),
        CaseKind.ANOMALY: CaseTerms(
            30, frozenset({CaseOutcome.EXPLAINED, CaseOutcome.ACTED_ON}), four_eyes=True
        ),
        CaseKind.IDENTITY: CaseTerms(30, frozenset({CaseOutcome.CORRECTED, CaseOutcome.DISMISSED})),
        CaseKind.CONSENT_CALL: CaseTerms(
            15, frozenset({CaseOutcome.AS_SAID, CaseOutcome.NOT_SAID}), four_eyes=True
        ),
    }
)


def deadline(kind: CaseKind, opened_at: int) -> int:
    """By when a case should be decided, unix seconds."""
    return opened_at + TERMS[kind].days * DAY


def refusal(
    kind: CaseKind, outcome: CaseOutcome, *, organisation: int, against: int | None, reviewer: bool
) -> str | None:
    """Message code of why someone of `organisation` may not decide a case so; None if they may.

    `against` is the organisation that the case turns on.
    """
    terms = TERMS[kind]
    if outcome not in terms.outcomes:
        return "case.outcome_unknown"
    if terms.reviewed and not reviewer:
        return "case.reviewer_needed"
    if terms.four_eyes and organisation == against:
        return "case.other_organisation_needed"
    return None
