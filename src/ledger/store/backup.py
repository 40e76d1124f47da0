"""A copy of the database in one file, taken while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.errors import Misconfigured, Refused
from ledger.keys.files import sync_directory
from ledger.store.database import Database
from ledger.store.failures import translate_driver


def backup(database: Database, target: Path) -> None:
    """Writes the database as it is at one moment to `target`, which holds it whole or isn't there.

    Raises Refused `backup_sqlite_only` for PostgreSQL, whose own pg_dump does it; CannotKnow `database_full`.
    """
    source = _file(database)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        # VACUUM INTO reads one snapshot: writers go on meanwhile, and what they write isn't in it.
        with closing(sqlite3.connect(source, isolation_level=None, timeout=10)) as conn:
            conn.execute("VACUUM INTO ?", (str(part),))
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise translate_driver(error) from error
    part.chmod(0o600)
    _sync(part)
    part.replace(target)
    sync_directory(target.parent)


def restore(source: Path, database: Database) -> None:
    """Puts a backup in the place of a database that is not there yet or in use by nobody.

    Raises Refused `backup_sqlite_only`; Misconfigured `database_damaged` if the backup is not whole.
    """
    target = _file(database)
    _require_whole(source)
    database.close()
    part = target.with_name(target.name + ".part")
    shutil.copyfile(source, part)
    part.chmod(0o600)
    _sync(part)
    for leftover in ("-wal", "-shm"):  # they belong to the file that is replaced
        target.with_name(target.name + leftover).unlink(missing_ok=True)
    part.replace(target)
    sync_directory(target.parent)


def _file(database: Database) -> Path:
    if not database.is_sqlite or database.url.database is None:
        raise Refused("backup_sqlite_only")
    return Path(database.url.database)


def _require_whole(path: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            (verdict,) = conn.execute("PRAGMA integrity_check(1)").fetchone()
            conn.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise Misconfigured("database_damaged", path=str(path)) from error
    if verdict != "ok":
        raise Misconfigured("database_damaged", path=str(path))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
