"""Single values of an installation, by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from ledger.store.tables import properties
from ledger.store.upsert import upsert


def get(conn: Connection, name: str) -> Any:
    """The value, as JSON holds it; None if it was never set."""
    return conn.execute(select(properties.c.value).where(properties.c.name == name)).scalar_one_or_none()


def put(conn: Connection, name: str, value: Any) -> None:
    """Sets the value."""
    upsert(conn, properties, [{"name": name, "value": value}])
