"""Brings a database to the present schema."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from ledger.errors import Misconfigured
from ledger.store.database import Database

_SCRIPTS = files("ledger.store") / "migrations"
_VERSION = table("alembic_version", column("version_num"))


def migrate(database: Database) -> None:
    """All of it in one transaction: a database is at the version it had or at the present one.

    Raises Misconfigured `database_newer` if a later version of the ledger has migrated it.
    """
    with database.read() as conn:
        present = version(conn)
    if present == head():
        return
    if present is not None and present not in _versions():
        raise Misconfigured("database_newer", got=present, expected=head())

    from alembic import command  # a quarter of a second that a start on a present database saves
    from alembic.config import Config

    with database.write() as conn:
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS))
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def require_present(database: Database) -> None:
    """For readers, who change nothing: that the database is there and at the present version.

    Raises Misconfigured `database_missing`, `database_older`, `database_newer`.
    """
    path = database.url.database
    if database.is_sqlite and not (path and Path(path).exists()):  # else asking would make it
        raise Misconfigured("database_missing", path=path)
    with database.read() as conn:
        present = version(conn)
    if present is None:
        raise Misconfigured("database_missing", path=path)
    if present != head():
        code = "database_older" if present in _versions() else "database_newer"
        raise Misconfigured(code, got=present, expected=head())


def version(conn: Connection) -> str | None:
    """The version a database is at; None for an empty one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(select(_VERSION.c.version_num)).scalar_one_or_none()


def head() -> str:
    """The present version."""
    return _versions()[-1]


def _versions() -> list[str]:
    """Migrations are named by their version: 0001_….py."""
    names = (entry.name for entry in (_SCRIPTS / "versions").iterdir())
    return sorted(name.split("_")[0] for name in names if name.endswith(".py") and name[0].isdigit())
