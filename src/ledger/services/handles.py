"""The name under which an organisation knows a person."""

from __future__ import annotations

from sqlalchemy import Connection

from ledger.domain.tags import handle as handle_of
from ledger.services.people import Person
from ledger.store import subjects


def handle(conn: Connection, person: Person, organisation: int, now: int) -> str:
    """The organisation's handle of a person, made if it has none. `now` in unix seconds."""
    known = subjects.handles_of(conn, organisation, [person.id]).get(person.id)
    if known is not None:
        return known
    fresh = handle_of(person.keys.subject_key, organisation)
    subjects.add_handles(
        conn,
        [
            {
                "handle": fresh,
                "organisation_id": organisation,
                "subject_id": person.id,
                "rotation": 0,
                "created_at": now,
            }
        ],
    )
    return fresh
