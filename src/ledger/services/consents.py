"""Consent: a person decides who may read what of theirs, and for what."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.actors import Actor
from ledger.services.certification_requests import Accepted
from ledger.services.references import SubjectRef


@dataclass(frozen=True, slots=True)
class ConsentTuple:
    """What one consent is about: organisation codes, and codes of the vocabulary."""

    provider: str
    consumer: str
    category: str
    purpose: str


@dataclass(frozen=True, slots=True)
class ConsentDecision:
    """How a person's decision was taken."""

    grantor: str = "self"
    """self, guardian or delegate"""
    method: str = "paper"
    note: str | None = None
    evidence: tuple[str, ...] = ()
    """SHA-256 of files kept elsewhere, as 64 hex digits each; a delegate's written mandate is one."""
    incapacity: str | None = None
    """A reviewer's recorded ground for letting a guardian withdraw what the person gave."""


@dataclass(frozen=True, slots=True)
class ConsentAccepted(Accepted):
    """Stored; `consent_id` names this tuple of this person from now on."""

    consent_id: str = ""


@dataclass(frozen=True, slots=True)
class ConsentView:
    """One consent as it stands, with what is on its way to the chain."""

    id: str
    subject_id: str
    terms: ConsentTuple
    status: str
    """given, refused, withdrawn, expired or none (nothing on chain yet)"""
    pending: str | None
    """give, refuse or withdraw when accepted and not final"""
    grantor: str | None
    self_decided: bool
    valid_from: int | None
    valid_until: int | None
    recorded_at: int | None
    revision: int


class Consents:
    """The use cases of consent."""

    def give(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        valid_until: int | None = None,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Records that the person permits it until `valid_until` (unix seconds; one year from now by default).

        Raises BadInput `unknown_organisation`, `unknown_category`, `unknown_purpose`; Refused with the rule's reason.
        """
        raise NotImplementedError

    def refuse(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Records that the person does not permit it."""
        raise NotImplementedError

    def withdraw(
        self,
        actor: Actor,
        consent_id: str,
        *,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Takes back what was given; denied from the moment this returns."""
        raise NotImplementedError

    def terms(self, actor: Actor, consent_id: str) -> tuple[SubjectRef, ConsentTuple]:
        """What a consent's id stands for. Raises Forbidden `not_yours`."""
        raise NotImplementedError

    def list(self, actor: Actor, subject: SubjectRef) -> list[ConsentView]:
        """The person's consents, newest first."""
        raise NotImplementedError
