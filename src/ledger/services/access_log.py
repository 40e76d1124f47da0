"""The log of who asked for whose data: written with every release, never altered."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.actors import Actor


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One entry. `actor` is a user or key id, for auditors; people's statements name organisation and purpose only."""

    sequence: int
    at: float
    actor: str
    organisation: str
    subject_id: str | None
    action: str
    purpose: str | None
    outcome: str


class AccessLog:
    """The use case of reading the log."""

    def list(
        self, actor: Actor, *, subject_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> list[AccessLine]:
        """Newest first, below sequence `before`. A worker or reviewer names a person of theirs; auditors see all lines."""
        raise NotImplementedError
