"""Certification and what else changes a person's state in a programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.errors import LedgerError
from ledger.services.actors import Actor
from ledger.services.references import SubjectRef

MAX_ITEMS = 1000


class Action(StrEnum):
    """What is asked for."""

    CERTIFY = "certify"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REPORT_DEATH = "report-death"
    CONFIRM_DEATH = "confirm-death"
    RESCIND_DEATH = "rescind-death"
    REVOKE = "revoke"
    CLOSE = "close"
    AUTHORISE = "authorise"
    HANDOVER = "handover"


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
    """For handover: code of the organisation that becomes responsible."""
    reason: str | None = None
    """Needed for suspend, reinstate, rescind-death, revoke and close."""
    note: str | None = None
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


class Certify:
    """The use cases of certification."""

    def submit(
        self, actor: Actor, items: Sequence[CertificationRequest], *, idempotency_key: str | None = None
    ) -> list[Accepted | Rejected]:
        """Takes up to 1000 requests in one transaction; each is accepted or rejected on its own, in order.

        Raises TooLarge `too_many_items`, BadInput `no_items`, Conflict `idempotency_key_reused`.
        """
        raise NotImplementedError
