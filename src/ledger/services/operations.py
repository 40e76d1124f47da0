"""What became of an accepted change."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.actors import Actor


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation's state: accepted, batched, signed, prepared, sent, included, final or refused."""

    id: str
    kind: str
    subject_id: str
    action: str
    state: str
    revision: int | None
    block: int | None
    transaction: str | None
    reason_code: str | None
    """Why it was refused, a message code."""
    reason_params: dict[str, str | int | None]
    accepted_at: float
    included_at: float | None
    final_at: float | None


class Operations:
    """The use case of following an operation."""

    def get(self, actor: Actor, operation_id: str) -> OperationView:
        """One operation. Raises Forbidden `not_yours`, also for one that does not exist."""
        raise NotImplementedError
