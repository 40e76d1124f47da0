"""The name under which an organisation knows a person."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from ledger.domain.tags import handle as handle_of
from ledger.services.people import Person
from ledger.store import subjects


def handle(conn: Connection, person: Person, organisation: int, now: int) -> str:
    """The organisation's handle of a person, made if it has none. `now` in unix seconds."""
    return handles(conn, [person], organisation, now)[person.id]


def handles(conn: Connection, people: Iterable[Person], organisation: int, now: int) -> dict[str, str]:
    """The same of many, by subject id."""
    by_id = {person.id: person for person in people}
    known = subjects.handles_of(conn, organisation, by_id)
    fresh = {
        person.id: handle_of(person.keys.subject_key, organisation)
        for person in by_id.values()
        if person.id not in known
    }
    subjects.add_handles(
        conn,
        [
            {
                "handle": handle,
                "organisation_id": organisation,
                "subject_id": subject_id,
                "rotation": 0,
                "created_at": now,
            }
            for subject_id, handle in fresh.items()
        ],
    )
    return known | fresh
