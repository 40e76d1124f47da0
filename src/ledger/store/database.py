"""The database: one transaction at a time for writing, snapshots for reading.

SQLite runs in WAL mode, so readers never wait for the writer nor it for them, with `synchronous=FULL`, so
what a commit has returned survives a power cut. Writers take the lock when they begin (`BEGIN IMMEDIATE`):
one that found out later that another had written in between could only start again.

PostgreSQL writes at READ COMMITTED: every rule that two writers could get round together is held by a
unique constraint, checked again when a batch is formed, and decided by the contract in the end. Reads run
in a read-only REPEATABLE READ transaction on both, so an answer and the block it is true at come from one
snapshot.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ledger.errors import Misconfigured
from ledger.store.failures import translate
from ledger.store.write_queue import WriteQueue

BUSY_TIMEOUT = 10.0
"""Seconds that a writer waits for another before it gives up with `database_busy`."""


class Database:
    """Connections to one database, opened on demand. Thread-safe."""

    def __init__(self, url: str) -> None:
        """Raises Misconfigured `database_url_invalid` for a URL that isn't sqlite:///FILE or
        postgresql+psycopg://….

        Nothing is connected yet.
        """
        self.url = _parse(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._writing = threading.local()
        self._queue = WriteQueue(Path(str(self.url.database))) if self.is_sqlite else None
        if self.is_sqlite:
            self._writer = _sqlite_engine(self.url, writes=True)
            self._reader = _sqlite_engine(self.url, writes=False)
        else:
            engine = create_engine(
                self.url,
                hide_parameters=True,  # an error's text is logged, and a row may hold a person's data
                pool_size=8,
                max_overflow=16,
                pool_timeout=BUSY_TIMEOUT,
                pool_pre_ping=True,
                connect_args={
                    "connect_timeout": 5,
                    "options": f"-c lock_timeout={int(BUSY_TIMEOUT * 1000)} -c timezone=UTC",
                },
            )
            self._writer = engine.execution_options(isolation_level="READ COMMITTED")
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only snapshot. Raises CannotKnow `database_unreachable`, `database_busy`."""
        with _typed_failures(), self._reader.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: committed when the block ends, undone whole if it raises.

        Raises CannotKnow `database_unreachable`, `database_busy`, `database_full`, and then nothing was
        written; Misconfigured `database_damaged`. Not to be nested: a use case is one transaction.
        """
        if getattr(self._writing, "now", False):
            raise RuntimeError("a write transaction is already open in this thread; pass its connection on")
        waited = self._queue.entered(BUSY_TIMEOUT) if self._queue else nullcontext()
        with waited:
            self._writing.now = True
            try:
                with _typed_failures(), self._writer.connect() as conn, conn.begin():
                    yield conn
            finally:
                self._writing.now = False

    def close(self) -> None:
        """Closes every connection that is not in use."""
        self._writer.dispose()
        self._reader.dispose()


def _parse(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise Misconfigured("database_url_invalid") from error
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url
    if url.drivername in {"postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    raise Misconfigured("database_url_invalid", driver=url.drivername)


def _sqlite_engine(url: URL, *, writes: bool) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=1 if writes else 8,
        max_overflow=0 if writes else 24,
        pool_timeout=BUSY_TIMEOUT,
        connect_args={"timeout": BUSY_TIMEOUT},
    )

    @event.listens_for(engine, "connect")
    def _connected(driver_connection: Any, _record: Any) -> None:
        driver_connection.isolation_level = (
            None  # the driver's own BEGIN comes too late and is never IMMEDIATE
        )
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-32768",
            "journal_size_limit=67108864",
            f"query_only={'OFF' if writes else 'ON'}",
        ):
            driver_connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begun(conn: Connection) -> None:
        conn.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _typed_failures() -> Iterator[None]:
    """Turns the driver's failures into the ledger's; a broken constraint is the caller's to understand."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        failure = translate(error)
        if failure is error:
            raise
        raise failure from error
