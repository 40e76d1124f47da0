"""Sending what waits, and trying again later what failed.

An attempt is claimed before it is made, so a crash in between costs one pause; a notice that was handed over
and not yet noted is handed over again under the same id, by which the receiver knows it.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from ledger.domain.notices import MOST_ATTEMPTS, Way, pause
from ledger.services.context import Context
from ledger.services.notices.book import opened, worded
from ledger.services.notices.port import Message, Notifier, NotSent
from ledger.services.people import People
from ledger.store import notices as store
from ledger.store import subjects as subjects_store

log = structlog.get_logger(__name__)

_AT_ONCE = 50


class Delivery:
    """Sends notices."""

    def __init__(self, context: Context, people: People, senders: Mapping[Way, Notifier]) -> None:
        self._context = context
        self._people = people
        self._senders = senders

    def run(self) -> int:
        """Makes every attempt that is due; how many went out."""
        sent = 0
        while messages := self._claimed():
            sent += sum(self._attempt(message, attempts) for message, attempts in messages)
        return sent

    def _claimed(self) -> list[tuple[Message, int]]:
        if not self._senders:
            return []
        now = self._context.now()
        with self._context.write() as conn:
            rows = [
                row
                for row in store.waiting(conn, [way.value for way in self._senders], now, _AT_ONCE)
                if store.claim(conn, row.id, row.attempts, now + pause(row.attempts + 1))
            ]
            subjects = subjects_store.by_ids(conn, {row.subject_id for row in rows})
            people = self._people.open([row for row in subjects.values() if row.state == "active"])
            messages = []
            for row in rows:
                if row.subject_id not in people:
                    store.change(conn, row.id, state="failed", reason="notice.not_needed")
                    continue
                to, words = opened(people[row.subject_id].keys, row)
                subject, said = worded(row, words)
                messages.append((Message(row.id, Way(row.way), to, subject, said), row.attempts + 1))
        return messages

    def _attempt(self, message: Message, attempts: int) -> bool:
        try:
            self._senders[message.way].send(message)
        except NotSent as error:
            final = error.lasting or attempts >= MOST_ATTEMPTS
            log.warning("notice.not_sent", notice=message.id, code=error.code, final=final)
            with self._context.write() as conn:
                state = "failed" if final else "waiting"
                store.change(conn, message.id, state=state, reason=error.code)
            return False
        with self._context.write() as conn:
            row = store.by_ids(conn, [message.id])[message.id]
            if row.state == "waiting":  # a receipt may have come before we got here
                store.change(conn, message.id, state="sent", sent_at=self._context.now(), reason=None)
        return True
