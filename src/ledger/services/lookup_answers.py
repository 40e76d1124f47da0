"""What looking people up answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.domain.proofs.format import Proof
from ledger.domain.verdicts import for_department
from ledger.services.answers import AsOfView, Reason
from ledger.services.consent_terms import ConsentView
from ledger.services.operations import OperationView
from ledger.services.verdicts import Read


@dataclass(frozen=True, slots=True)
class VerdictAnswer:
    """The verdict on a person in a programme. Times are unix seconds."""

    subject_id: str | None
    """None to a department, which knows the person by its handle."""
    handle: str | None
    programme: str
    verdict: str
    payable: bool | None
    """None when nothing is known about it."""
    reasons: tuple[Reason, ...]
    valid_until: int | None
    scheme: str | None
    method: str | None
    revision: int
    pending: tuple[str, ...]
    """Ids of operations accepted and not final; empty to departments and for past moments."""
    at: int
    """The moment the verdict is about."""
    as_of: AsOfView | None
    proof: Proof | None = None
    """To auditors who ask for it: what the ledger holds, to be checked without us."""

    @classmethod
    def to_department(cls, read: Read, *, handle: str | None, programme: str, at: int) -> VerdictAnswer:
        """What a department is told under its handle."""
        verdict = for_department(read.verdict)
        return cls(
            subject_id=None,
            handle=handle,
            programme=programme,
            verdict=verdict.verdict.value,
            payable=verdict.payable,
            reasons=tuple(Reason(code) for code in verdict.reasons),
            valid_until=verdict.valid_until,
            scheme=read.scheme,
            method=read.method,
            revision=0,
            pending=(),
            at=at,
            as_of=read.as_of,
        )


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list, shown to workers of their community."""

    subject_id: str
    name: str = field(repr=False)
    masked_number: str = field(repr=False)
    """Identity number with its middle hidden: 519999********1234."""
    birth_year: int
    community: str
    building: str | None = field(repr=False)
    mobility: str | None
    verdict: str
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class DueList:
    """People who need a certification, most urgent first."""

    total: int
    counts: dict[str, int]
    """By verdict: NEVER, EXPIRED, GRACE, DUE."""
    people: tuple[PersonLine, ...]
    as_of: AsOfView | None
    stale: bool
    """Whether the index can't be relied on now."""


@dataclass(frozen=True, slots=True)
class FactView:
    """One dated fact, `value` as `ledger.services.facts` shapes it by kind."""

    id: int
    kind: str
    value: Mapping[str, str] = field(repr=False)
    valid_from: int
    valid_until: int | None
    recorded_at: int
    recorded_by: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One revision of a person's state, from the chain, with what the sealed record adds."""

    revision: int
    action: str
    status: str
    death: str
    scheme: str
    method: str
    authorisation: str
    valid_from: int
    valid_until: int
    recorded_at: int
    block: int
    transaction: str
    organisation: str
    """Code of the organisation whose key signed."""
    occurred_on: str | None
    acted_by: str | None
    assurance: str | None
    note: str | None = field(repr=False)
    reason: str | None = field(repr=False)
    paid_after: str | None = None
    """Months paid after a death that is confirmed, 2026-03/2026-05."""
    back_pay: str | None = None
    """Months to be paid back by a reinstatement or a death rescinded."""


@dataclass(frozen=True, slots=True)
class SubjectPage:
    """Everything a worker of their community sees about a person."""

    subject_id: str
    community: str
    line: PersonLine
    verdict: VerdictAnswer
    facts: tuple[FactView, ...]
    history: tuple[HistoryLine, ...]
    consents: tuple[ConsentView, ...]
    operations: tuple[OperationView, ...]
