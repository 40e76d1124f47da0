"""Which months a stop or a death concerns, as intervals of months (ISO 8601): 2026-03/2026-05.

What they come to in money is the entitlement's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ledger.domain import months
from ledger.domain.codes import Death, Status
from ledger.domain.programmes import local_date
from ledger.services.evidence import record_place
from ledger.services.people import Person
from ledger.store import operations, records


def paid_after(died_on: date, today: date) -> str | None:
    """The months begun after a death in which payment went on; None if there is none."""
    first, last = months.of(died_on) + 1, months.of(today)
    return interval(months.Month(first), last) if first <= last else None


def interval(first: months.Month, last: months.Month) -> str:
    """From one month to another, both included."""
    return f"{months.text(first)}/{months.text(last)}"


def since(on: date, today: date) -> str:
    """The months from a day's to today's."""
    return interval(months.of(on), months.of(today))


def stopped_on(conn: Connection, person: Person, programme: int) -> date | None:
    """The day from which payment is stopped, as the last decision to stop it says."""
    record = _last(conn, person, programme, {"type": "status", "status": int(Status.SUSPENDED)})
    return date.fromisoformat(record["occurred_on"]) if record else None


def confirmed_on(conn: Connection, person: Person, programme: int) -> date | None:
    """The day on which the person's death was last confirmed, and payment stopped."""
    record = _last(conn, person, programme, {"type": "death", "death": int(Death.CONFIRMED)})
    return local_date(record["recorded_at"]) if record else None


def _last(
    conn: Connection, person: Person, programme: int, change: Mapping[str, object]
) -> Mapping[str, Any] | None:
    for one in operations.of_subject(conn, person.id):
        if one.programme == programme and dict(one.change) == change and one.state != "refused":
            sealed = records.by_hashes(conn, [one.record_hash])[one.record_hash].sealed
            return person.keys.open(record_place(one.record_hash), sealed)
    return None
