"""A real PostgreSQL for tests, each of which has a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from psycopg import sql

from ledger.cli.bench import postgres
from ledger.cli.bench.postgres import PostgresServer
from ledger.errors import Misconfigured


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server started for this test session, its data gone afterwards."""
    try:
        with postgres.postgres_server(syncs=False) as server:
            yield server
    except Misconfigured as missing:
        pytest.fail(f"PostgreSQL is missing or does not start ({missing}); run make setup-dev")


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    database = f"test_{secrets.token_hex(8)}"
    yield postgres_server.create(database)
    with postgres_server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
