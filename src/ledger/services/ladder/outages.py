"""When our own systems were out, as they notice themselves: nobody's days of grace run then."""

from __future__ import annotations

import time

from ledger.services.context import Context
from ledger.store import index, ladder, properties

NOT_RUNNING, INDEX_BEHIND = "not_running", "index_behind"
SHORTEST = 300
"""Seconds: what is shorter makes no difference to days."""
_SEEN = "service_seen_at"


class Outages:
    """The job that notices. By the machine's own clock, which says when it really ran."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def look(self) -> None:
        """Notes that the service runs now, and an outage that has ended, or begun, since the last look."""
        now = int(time.time())
        with self._context.write() as conn:
            seen = properties.get(conn, _SEEN)
            if seen is not None and now - seen > SHORTEST:
                ladder.add_outage(conn, NOT_RUNNING, seen, now)
            properties.put(conn, _SEEN, now)
            at = index.as_of(conn)
            behind = at is None or at.trouble is not None or now - at.checked_at > SHORTEST
            going_on = ladder.open_outage(conn, INDEX_BEHIND)
            if not behind and going_on is not None:
                ladder.end_outage(conn, INDEX_BEHIND, now)
            elif behind and going_on is None:
                ladder.add_outage(conn, INDEX_BEHIND, now, None)
