"""What became of an accepted change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.errors import Forbidden
from ledger.services import acts
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import operations as store


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation's state: accepted, batched, signed, prepared, sent, included, final or refused."""

    id: str
    kind: str
    """certification or consent"""
    subject_id: str
    action: str
    """What was asked for, as `acts.Action` names it, or give, refuse or withdraw."""
    state: str
    revision: int | None
    block: int | None
    transaction: str | None
    """0x and 64 hex digits"""
    reason_code: str | None
    """Why it was refused, a message code."""
    reason_params: Mapping[str, str | int | None]
    accepted_at: float
    included_at: float | None
    final_at: float | None

    @classmethod
    def of(cls, row: store.OperationRow) -> OperationView:
        """An operation's row as others see it."""
        return cls(
            id=row.id,
            kind=row.kind,
            subject_id=row.subject_id,
            action=acts.action_of(row.change),
            state=row.state,
            revision=row.revision,
            block=row.block_number,
            transaction="0x" + row.transaction_hash.hex() if row.transaction_hash else None,
            reason_code=row.reason_code,
            reason_params=row.reason_params,
            accepted_at=row.accepted_at,
            included_at=row.included_at,
            final_at=row.final_at,
        )


class Operations:
    """The use case of following an operation."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def get(self, actor: Actor, operation_id: str) -> OperationView:
        """One operation about a person whom the actor may see, or that they asked for themselves.

        Raises Forbidden `not_yours`, also for one that does not exist.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            row = store.by_ids(conn, [operation_id]).get(operation_id)
            if row is None:
                raise Forbidden("not_yours")
            if row.actor != actor.id:
                self._people.find(conn, actor, SubjectRef(id=row.subject_id))
            return OperationView.of(row)
