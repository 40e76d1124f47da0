"""Objections and deaths that overtake an automatic renewal which has no transaction yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal_column, or_, select

from ledger.domain.codes import Authorisation, Scheme
from ledger.store.tables import batches, operations


@dataclass(frozen=True, slots=True)
class Overtaken:
    """A renewal that must not be recorded any more: its operation, and its batch if it is in one."""

    sequence: int
    batch_id: int | None


def overtaken(conn: Connection, batch_ids: Collection[int] | None = None) -> list[Overtaken]:
    """Automatic renewals for whose person an objection or a death was accepted after them; of these batches
    only, if given.

    They are accepted, or in a batch that is signed; what a transaction carries may be mined at any moment.
    """
    later, renewal = operations.alias("later"), operations.alias("renewal")
    query = (
        select(renewal.c.sequence, renewal.c.batch_id, later.c.change)
        .select_from(
            later.join(
                renewal, (renewal.c.tag == later.c.tag) & (renewal.c.sequence < later.c.sequence)
            ).outerjoin(batches, batches.c.id == renewal.c.batch_id)
        )
        .where(
            later.c.state == literal_column("'accepted'"),
            later.c.priority == 0,
            renewal.c.scheme == int(Scheme.SEAMLESS),
            or_(
                renewal.c.state == literal_column("'accepted'"),
                (renewal.c.state == literal_column("'batched'")) & (batches.c.state == "signed"),
            ),
        )
    )
    if batch_ids is not None:
        query = query.where(renewal.c.batch_id.in_(list(batch_ids)))
    return [Overtaken(row.sequence, row.batch_id) for row in conn.execute(query) if _overtakes(row.change)]


def _overtakes(change: Mapping[str, Any]) -> bool:
    match change:
        case {"type": "death"}:
            return True
        case {"type": "authorisation", "authorisation": authorisation}:
            return bool(authorisation == Authorisation.OBJECTED)
        case _:
            return False
