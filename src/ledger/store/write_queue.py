"""Who writes an SQLite file next, of all threads and processes.

SQLite's own queue is a loop of ever longer sleeps, in which whoever writes one transaction after another
leaves nobody a gap. Here each first has to get through a door that the next to write holds shut behind it:
whoever has just written finds it shut, and the other goes first.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.store.failures import DatabaseTrouble

_PAUSE = 0.0005
"""Seconds between tries: one process at a time tries for the room."""


class WriteQueue:
    """Locks on two files beside the database; the system lets go of them however a process ends."""

    def __init__(self, database: Path) -> None:
        self._door = database.with_name(database.name + ".door")
        self._room = database.with_name(database.name + ".room")

    @contextmanager
    def entered(self, patience: float) -> Iterator[None]:
        """Alone in the room. Raises DatabaseTrouble `database_busy` after so many seconds."""
        deadline = time.monotonic() + patience
        door = _locked(self._door, deadline)
        try:
            room = _locked(self._room, deadline)
        finally:
            os.close(door)
        try:
            yield
        finally:
            os.close(room)


def _locked(path: Path, deadline: float) -> int:
    """A descriptor of its own that holds the file's lock, also among threads."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseTrouble("database_unreachable") from error
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise DatabaseTrouble("database_busy") from None
            time.sleep(_PAUSE)
        except BaseException:
            os.close(descriptor)
            raise
        else:
            return descriptor
