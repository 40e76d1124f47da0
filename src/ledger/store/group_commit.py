"""Answers that must be logged before they are given, many in one transaction with one sync of the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, Generic, Self, TypeVar

from sqlalchemy import Connection

from ledger.store import access_log
from ledger.store.access_log import Entry
from ledger.store.database import Database
from ledger.store.hot import Reading

Answer = TypeVar("Answer")
Work = Callable[[Reading], tuple[Answer, Entry]]
"""Reads what an answer rests on; gives the answer with its entry in the access log. Writes nothing."""

_MOST = 64
"""Answers in one transaction: others wait for the database meanwhile."""


class _Waiting(Generic[Answer]):
    def __init__(self, work: Work[Answer]) -> None:
        self.work = work
        self.future: Future[Answer] = Future()
        self.answer: Answer | None = None

    def read(self, reading: Reading) -> Entry | None:
        """Does the work; one that raises has its error for an answer, and no entry."""
        if not self.future.set_running_or_notify_cancel():
            return None  # whoever asked has gone
        try:
            self.answer, entry = self.work(reading)
        except Exception as error:  # noqa: BLE001 - raised again where the answer is waited for
            self.future.set_exception(error)
            return None
        return entry

    def release(self) -> None:
        if not self.future.done():
            self.future.set_result(self.answer)  # type: ignore[arg-type]  # set by `read`


class GroupCommit:
    """A thread that takes all that waits, works it off in one write transaction, and answers once that is
    durable.

    What is read and what is logged are one transaction, so on SQLite, where writers take turns, an answer
    never rests on what another writer has changed by the time it is logged.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: SimpleQueue[_Waiting[Any] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)
        self._thread.start()

    def submit(self, work: Work[Answer]) -> Future[Answer]:
        """The answer, once its log entry is durable; or what `work` or `Database.write` raised."""
        waiting = _Waiting(work)
        self._queue.put(waiting)
        return waiting.future

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Works off what waits and ends the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            ended = False
            while len(group) < _MOST:
                try:
                    another = self._queue.get_nowait()
                except Empty:
                    break
                if another is None:
                    ended = True
                    break
                group.append(another)
            self._answer(group)
            if ended:
                return

    def _answer(self, group: list[_Waiting[Any]]) -> None:
        try:
            with self._database.write() as conn:
                self._read_and_log(conn, group)
        except Exception as error:  # noqa: BLE001 - nothing was logged, so nobody gets an answer
            for waiting in group:
                if not waiting.future.done():
                    waiting.future.set_exception(error)
            return
        for waiting in group:
            waiting.release()

    @staticmethod
    def _read_and_log(conn: Connection, group: list[_Waiting[Any]]) -> None:
        reading = Reading(conn)
        entries = [entry for waiting in group if (entry := waiting.read(reading)) is not None]
        access_log.append(conn, entries)
