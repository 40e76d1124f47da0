"""What can be asked about a certification, and the answers, as values and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ledger import errors
from ledger.errors import LedgerError
from ledger.services.acts import Action
from ledger.services.references import SubjectRef

MAX_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class CertificationRequest:
    """One change of one person's state in a programme."""

    subject: SubjectRef
    action: Action = Action.CERTIFY
    programme: str = "senior-allowance"
    method: str | None = None
    """For certify: visit, institution, household, video, assisted, paper or legacy."""
    occurred_on: date | None = None
    """When it happened (UTC+8); the day it is recorded if not given."""
    authorisation: str | None = None
    """For authorise: notified, consented or objected."""
    organisation: str | None = None
    """For handover: code of the community that becomes responsible."""
    source: str | None = None
    """For report-death: who says so, community by default, family, neighbour, or a death-like kind of the
    programme's rules, such as the certificate that was shown.
    """
    reason: str | None = field(default=None, repr=False)
    """Needed for suspend, reinstate, rescind-death, revoke, close and handover."""
    note: str | None = field(default=None, repr=False)
    evidence: tuple[str, ...] = ()
    """SHA-256 of files kept elsewhere, as 64 hex digits each."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored, and on its way to the chain."""

    operation_id: str
    subject_id: str
    state: str = "accepted"


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not taken, and nothing of it stored."""

    error: LedgerError


def request_as_json(request: CertificationRequest) -> dict[str, Any]:
    """The request as canonical JSON can hold it."""
    value = asdict(request)
    value["occurred_on"] = request.occurred_on.isoformat() if request.occurred_on else None
    return value


def answer_as_json(answer: Accepted | Rejected) -> dict[str, Any]:
    """The answer, to be kept under an idempotency key."""
    if isinstance(answer, Accepted):
        return {"operation_id": answer.operation_id, "subject_id": answer.subject_id}
    error = answer.error
    return {"error": type(error).__name__, "code": error.code, "params": error.params}


def answer_from_json(value: dict[str, Any]) -> Accepted | Rejected:
    """The answer that `answer_as_json` was given."""
    if "operation_id" in value:
        return Accepted(value["operation_id"], value["subject_id"])
    kind = getattr(errors, value["error"], LedgerError)
    return Rejected(kind(value["code"], **value["params"]))
