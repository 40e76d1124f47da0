"""What a database's failure means to the one who asked."""

from __future__ import annotations

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ledger.errors import CannotKnow, LedgerError, Misconfigured


class DatabaseTrouble(CannotKnow):
    """The database is out of reach, busy, full, or another's turn to write. Nothing was written."""


_SQLITE_DUPLICATES = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_SQLITE = {
    sqlite3.SQLITE_BUSY: "database_busy",
    sqlite3.SQLITE_LOCKED: "database_busy",
    sqlite3.SQLITE_FULL: "database_full",
    sqlite3.SQLITE_IOERR: "database_unreachable",
    sqlite3.SQLITE_CANTOPEN: "database_unreachable",
    sqlite3.SQLITE_READONLY: "database_read_only",
    sqlite3.SQLITE_CORRUPT: "database_damaged",
    sqlite3.SQLITE_NOTADB: "database_damaged",
}
# PostgreSQL 17, appendix A: by the whole SQLSTATE, or by its class (the first two characters).
_POSTGRESQL = {
    "53100": "database_full",
    "55P03": "database_busy",
    "40": "database_busy",
    "53": "database_busy",
    "08": "database_unreachable",
    "57": "database_unreachable",
    "XX": "database_damaged",
}
_OPERATORS_TASK = {"database_read_only", "database_damaged"}


def translate(error: DBAPIError | PoolTimeout) -> LedgerError | DBAPIError:
    """CannotKnow or Misconfigured for a failure that may pass or that an operator can mend.

    Anything else is a fault of this program and comes back as it is. No message of the driver is passed on:
    it may quote the values of a row.
    """
    if isinstance(error, PoolTimeout):
        return DatabaseTrouble("database_busy")
    code = _code(error.orig)
    return error if code is None else _typed(code)


DriverError = sqlite3.Error | psycopg.Error


def translate_driver(error: DriverError) -> LedgerError | DriverError:
    """The same for an error of a driver used by itself."""
    code = _code(error)
    return error if code is None else _typed(code)


def _typed(code: str) -> LedgerError:
    return Misconfigured(code) if code in _OPERATORS_TASK else DatabaseTrouble(code)


def is_duplicate(error: IntegrityError) -> bool:
    """Whether a row was refused because another has its key: two writers wanted the same at once."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) in _SQLITE_DUPLICATES
    return isinstance(cause, psycopg.errors.UniqueViolation)


def _code(cause: BaseException | None) -> str | None:
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)  # the low byte is the primary code
    if isinstance(cause, psycopg.Error):
        if cause.sqlstate is None:  # never let in by a server, or lost it: libpq tells only in words which
            return "database_unreachable" if isinstance(cause, psycopg.OperationalError) else None
        return _POSTGRESQL.get(cause.sqlstate) or _POSTGRESQL.get(cause.sqlstate[:2])
    return None
