"""What could not be taken: the department sees it, and sends it again right or dismisses it."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.seamless.lines import Fault
from ledger.errors import BadInput, NotFound
from ledger.services.actors import Actor, Scope
from ledger.services.context import Context
from ledger.services.signals.answers import Counts, Delivery, Quarantined
from ledger.store import signal_batches as store

LONGEST_PAGE = 200


class Quarantine:
    """The use cases of a department's deliveries and of what is left of them."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def deliveries(self, actor: Actor, *, before: int | None = None, limit: int = 50) -> list[Delivery]:
        """The department's own, the newest first, with ids below `before`. API keys with scope `signal`."""
        actor.require_scope(Scope.SIGNAL)
        _check_limit(limit)
        with self._context.database.read() as conn:
            rows = store.page(conn, actor.organisation, before=before, limit=limit)
        return [delivery_of(row) for row in rows]

    def list(
        self, actor: Actor, *, after: int = 0, limit: int = 50, only_open: bool = True
    ) -> builtins.list[Quarantined]:
        """The oldest first, with ids above `after`. API keys with scope `signal`."""
        actor.require_scope(Scope.SIGNAL)
        _check_limit(limit)
        with self._context.database.read() as conn:
            rows = store.quarantine(conn, actor.organisation, after=after, limit=limit, only_open=only_open)
        return [
            Quarantined(
                id=row.id,
                delivery=row.delivery,
                line=row.line,
                reference=row.reference,
                kind=row.kind,
                code=row.code,
                created_at=row.created_at,
                resolved_at=row.resolved_at,
                resolution=row.resolution,
            )
            for row in rows
        ]

    def dismiss(self, actor: Actor, ids: Collection[int]) -> int:
        """Settles what will not be sent again; how many there were. API keys with scope `signal`.

        Raises BadInput `items_needed`; NotFound `signal.not_in_quarantine` if none of them waits there.
        """
        actor.require_scope(Scope.SIGNAL)
        if not ids:
            raise BadInput("items_needed")
        with self._context.write() as conn:
            done = store.dismiss(conn, actor.organisation, ids, self._context.now())
        if not done:
            raise NotFound("signal.not_in_quarantine")
        return done


def quarantine(conn: Connection, batch_id: int, department: int, faults: Sequence[Fault], now: int) -> None:
    """Keeps what could not be taken of a delivery, in place of what an earlier attempt at it left."""
    store.forget_quarantine(conn, batch_id)
    store.add_quarantine(
        conn,
        [
            {
                "batch_id": batch_id,
                "department_id": department,
                "line": fault.number,
                "reference": fault.reference,
                "kind": fault.kind,
                "code": fault.code,
                "created_at": now,
            }
            for fault in faults
        ],
    )


def settle(
    conn: Connection, department: int, references: Collection[str], delivery: str, *, batch_id: int, now: int
) -> None:
    """Resolves what other deliveries left behind of the same lines, or of the same delivery as a whole.

    Whatever of it is still wrong, this delivery's own entries say.
    """
    said = set(references) - {""}
    again = [
        row.id
        for row in store.waiting(conn, department)
        if row.batch_id != batch_id and (row.reference in said if row.line else row.reference == delivery)
    ]
    store.resolve(conn, again, now)


def delivery_of(row: Row[Any]) -> Delivery:
    """A delivery as its department sees it."""
    counts = row.counts or {}
    return Delivery(
        id=row.id,
        reference=row.reference,
        state=row.state,
        problem=counts.get("problem"),
        counts=Counts(**counts.get("lines", {"lines": row.lines})),
        kinds=counts.get("kinds", {}),
        received_at=row.received_at,
    )


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= LONGEST_PAGE:
        raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
