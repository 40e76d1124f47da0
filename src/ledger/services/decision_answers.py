"""What is asked of a decision, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.proofs.format import Proof
from ledger.domain.tags import Opening
from ledger.encoding.types import OrganisationId
from ledger.services.answers import AsOfView
from ledger.services.consent_terms import ConsentTuple
from ledger.services.references import SubjectRef

MOST_QUESTIONS = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """May `consumer` read this about this person?"""

    subject: SubjectRef
    provider: str
    category: str
    purpose: str
    consumer: str | None = None
    """None for the API key's own organisation."""
    proof: bool = False


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """PERMIT or DENY, always with its reason. Times are unix seconds."""

    decision: str
    reason_code: str
    basis: str | None
    """"consent", or "statutory:<number>" of a registered basis"""
    asked: ConsentTuple
    categories: tuple[str, ...]
    """What may be read: the category asked about on PERMIT, nothing on DENY."""
    obligations: tuple[str, ...]
    valid_until: int | None
    max_age: int
    """Seconds that the answer may be used for without asking again."""
    policy_version: int
    """How many entries the register of programmes and statutory bases had."""
    as_of: AsOfView | None
    receipt_id: str
    signed: str = field(repr=False)
    """All of this and whom it was told, signed by the operator: a JWS (docs/consent.md)."""
    proof: Proof | None = None
    """Of the person's consent for the tuple, if it was asked for and the answer rests on it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An answer that has been logged, with what its proof is made from."""

    answer: DecisionAnswer
    subject_id: str
    opening: Opening | None = field(repr=False)
    """None unless a proof was asked for and the answer rests on the person's consent."""
    organisation: OrganisationId
    """The asker's."""
    handle: str | None
    """By which the asker named the person."""


def claims(
    answer: Mapping[str, Any], *, issuer: str, audience: str, subject: str, issued_at: int
) -> dict[str, Any]:
    """What is signed of an answer: its fields, and as JWT (RFC 7519) names them who says it to whom, about
    whom, and when.
    """
    return {"iss": issuer, "aud": audience, "sub": subject, "iat": issued_at, **answer}
