"""The wrapping keys of all subjects, each sealed under the vault's master key, in one SQLite file."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from ledger.errors import Conflict
from ledger.keys.sealing import KEY_SIZE, open_sealed, seal

_QUERY_SIZE = 500  # SQLite takes 999 parameters in its older builds


class SubjectKeyStore:
    """Makes, reads and destroys wrapping keys. One connection, shared by threads under a lock.

    `secure_delete` overwrites a destroyed key in the file. What the medium may still hold of the rollback
    journal is sealed under the master key like everything here.
    """

    def __init__(self, path: Path, master_key: bytes) -> None:
        self._master_key = master_key
        self._lock = Lock()
        path.touch(mode=0o600)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(
            """
            PRAGMA journal_mode = DELETE;
            PRAGMA synchronous = EXTRA;
            PRAGMA secure_delete = ON;
            PRAGMA busy_timeout = 10000;
            CREATE TABLE IF NOT EXISTS wrapping_keys (
                subject_id TEXT PRIMARY KEY, sealed BLOB NOT NULL
            ) WITHOUT ROWID, STRICT;
            """
        )

    def create(self, subject_ids: Iterable[str]) -> dict[str, bytes]:
        """A random wrapping key for each id, all or none. Raises Conflict `subject_key_exists`."""
        keys = {subject_id: secrets.token_bytes(KEY_SIZE) for subject_id in subject_ids}
        rows = [(i, seal(self._master_key, key, _place(i))) for i, key in keys.items()]
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT INTO wrapping_keys VALUES (?, ?)", rows)
                self._database.execute("COMMIT")
            except BaseException as error:
                self._database.execute("ROLLBACK")
                if isinstance(error, sqlite3.IntegrityError):
                    raise Conflict("subject_key_exists") from None
                raise
        return keys

    def read(self, subject_ids: Iterable[str]) -> dict[str, bytes]:
        """The wrapping keys of those ids that have one."""
        wanted = list(subject_ids)
        keys: dict[str, bytes] = {}
        for start in range(0, len(wanted), _QUERY_SIZE):
            part = wanted[start : start + _QUERY_SIZE]
            marks = ",".join("?" * len(part))
            with self._lock:
                rows = self._database.execute(
                    f"SELECT subject_id, sealed FROM wrapping_keys WHERE subject_id IN ({marks})",  # noqa: S608
                    part,
                ).fetchall()
            for subject_id, sealed in rows:
                keys[subject_id] = open_sealed(self._master_key, sealed, _place(subject_id))
        return keys

    def destroy(self, subject_id: str) -> None:
        """Overwrites and removes a wrapping key; one that isn't there is no error."""
        with self._lock:
            self._database.execute("DELETE FROM wrapping_keys WHERE subject_id = ?", (subject_id,))

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()


def _place(subject_id: str) -> bytes:
    return b"wrapping-key:" + subject_id.encode()
