"""Decisions: may this organisation read this about this person, for this purpose?"""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.actors import Actor
from ledger.services.answers import AsOfView
from ledger.services.consents import ConsentTuple
from ledger.services.references import SubjectRef


@dataclass(frozen=True, slots=True)
class DecisionAnswer:
    """PERMIT or DENY, always with its reason. Times are unix seconds."""

    decision: str
    reason_code: str
    basis: str | None
    """"consent", or "basis:<number>" of a statutory basis"""
    obligations: tuple[str, ...]
    valid_until: int | None
    max_age: int
    """Seconds that the answer may be used for without asking again."""
    as_of: AsOfView | None
    receipt_id: str


class Decide:
    """The use case of deciding."""

    def decide(
        self,
        actor: Actor,
        subject: SubjectRef,
        *,
        provider: str,
        category: str,
        purpose: str,
        consumer: str | None = None,
    ) -> DecisionAnswer:
        """For an API key the consumer is its own organisation; a worker or reviewer names it. Always logged.

        Raises BadInput `unknown_organisation`, `unknown_category`, `unknown_purpose`, `consumer_needed`.
        """
        raise NotImplementedError


__all__ = ["ConsentTuple", "Decide", "DecisionAnswer"]
