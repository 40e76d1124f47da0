"""Whose turn it is to relay: of all processes on one database, one.

On PostgreSQL it is an advisory lock of a session of its own, which the holder has to keep using: the server
ends a session that is silent for `SILENCE`, so that a holder that was stopped, or whose machine is gone,
loses its turn as one that was killed does. On SQLite it is a lock on a file beside the database, held by
whoever lives.

A holder that wakes up again finds out by the clock that it is none before it does anything else. What it was
in the middle of is refused by the rows: the version of the nonce, the index's cursor.
"""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event, Thread
from typing import Protocol, Self

import structlog
from sqlalchemy import Connection, NullPool, create_engine, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from ledger.errors import Misconfigured
from ledger.keys.lock import InstanceLock
from ledger.store.database import Database

log = structlog.get_logger(__name__)

SILENCE = 3.0
"""Seconds after which a holder that does not say that it is still there has lost its turn."""
_ASK_EVERY = 0.5
_KEY = 0x6C65646765720001
"""The advisory lock's number: "ledger", 1."""


class Lock(Protocol):
    """What only one process can hold."""

    lasts: float
    """Seconds for which an answer holds good."""

    def ask(self) -> bool:
        """Whether this process holds it, tried again if not. Raises nothing: out of reach is no."""
        ...

    def release(self) -> None:
        """Lets another have it."""
        ...


class Turn:
    """Asks for the turn, and goes on asking, in a thread of its own. A context manager."""

    def __init__(self, database: Database) -> None:
        self._lock: Lock = _FileLock(database.url) if database.is_sqlite else _SessionLock(database.url)
        self._until = 0.0
        self._stopping = Event()
        self._has_it = Event()
        self._thread = Thread(target=self._ask, name="turn", daemon=True)

    @property
    def is_ours(self) -> bool:
        """Whether this process may relay now."""
        return time.monotonic() < self._until

    def wait(self, seconds: float | None = None) -> bool:
        """Returns when it is ours, or after so many seconds; whether it is."""
        return self._has_it.wait(seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._until = 0.0
        self._lock.release()

    def _ask(self) -> None:
        while not self._stopping.is_set():
            asked_at = time.monotonic()
            before = self._has_it.is_set()
            if self._lock.ask():
                self._until = asked_at + self._lock.lasts
                self._has_it.set()
            else:
                self._until = 0.0
                self._has_it.clear()
            if self._has_it.is_set() != before:
                log.warning("turn.got" if self._has_it.is_set() else "turn.lost")
            self._stopping.wait(_ASK_EVERY)


class _SessionLock:
    lasts = SILENCE

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={
                "connect_timeout": 2,
                "options": f"-c idle_session_timeout={int(SILENCE * 1000)} -c statement_timeout=2000",
            },
        )
        self._session: Connection | None = None
        self._is_held = False

    def ask(self) -> bool:
        try:
            if self._session is None:
                self._session = self._engine.connect()
            if self._is_held:
                self._session.execute(text("SELECT 1"))
            else:
                self._is_held = bool(self._session.execute(select(func.pg_try_advisory_lock(_KEY))).scalar())
        except DBAPIError:
            self.release()
        return self._is_held

    def release(self) -> None:
        self._is_held = False
        if self._session is not None:
            self._session.invalidate()  # closing the session is what gives the lock back
            self._session.close()
            self._session = None


class _FileLock:
    lasts = float("inf")

    def __init__(self, url: URL) -> None:
        self._file = Path(str(url.database))
        self._lock: InstanceLock | None = None

    def ask(self) -> bool:
        if self._lock is None:
            try:
                self._lock = InstanceLock(self._file.parent, name=f"{self._file.name}.turn")
            except (Misconfigured, OSError):
                return False
        return True

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None
