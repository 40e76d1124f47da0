"""The few queries that every decision makes, on the driver's own cursor.

SQLAlchemy writes each of them once, as the driver takes it; what it does around every execution costs more
than SQLite's own work for a row by its key.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from ledger.store.failures import translate_driver

_SQLITE = sqlite_dialect(paramstyle="named")
_POSTGRESQL = PGDialect_psycopg()  # type: ignore[no-untyped-call]


class HotQuery:
    """A query with named parameters (`bindparam`), as text for both drivers."""

    def __init__(self, query: Select[Any]) -> None:
        compiled = query.compile(dialect=_SQLITE)
        self.sqlite = str(compiled)
        self.postgresql = str(query.compile(dialect=_POSTGRESQL))
        self._given = {name: value for name, value in compiled.params.items() if value is not None}

    def parameters(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        """With the values that the query itself holds, as of a LIMIT."""
        return {**self._given, **asked} if self._given else asked


class Reading:
    """Runs hot queries within a connection's open transaction; one for each transaction."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        """For what is too rare to be hot."""
        self._is_sqlite = conn.dialect.name == "sqlite"
        driver: Any = conn.connection.driver_connection
        self._cursor = driver.cursor()

    def one(self, query: HotQuery, **params: Any) -> tuple[Any, ...] | None:
        """The first row, None if there is none. Columns as the driver has them: JSON may still be text."""
        with _typed_failures():
            self._execute(query, params)
            row: tuple[Any, ...] | None = self._cursor.fetchone()
        return row

    def all(self, query: HotQuery, **params: Any) -> list[tuple[Any, ...]]:
        """Every row."""
        with _typed_failures():
            self._execute(query, params)
            rows: list[tuple[Any, ...]] = self._cursor.fetchall()
        return rows

    def _execute(self, query: HotQuery, params: Mapping[str, Any]) -> None:
        self._cursor.execute(query.sqlite if self._is_sqlite else query.postgresql, query.parameters(params))


@contextmanager
def _typed_failures() -> Iterator[None]:
    """SQLAlchemy sees nothing of what a driver says to its own cursor."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        failure = translate_driver(error)
        if failure is error:
            raise
        raise failure from error


def from_json(value: Any) -> Any:
    """A JSON column's value: psycopg has read it already, SQLite keeps text."""
    return json.loads(value) if isinstance(value, str | bytes) else value
