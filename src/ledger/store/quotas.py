"""How much of something was used in a window of time: counted where every process sees it."""

from __future__ import annotations

from sqlalchemy import Connection, delete
from sqlalchemy.dialects import postgresql, sqlite

from ledger.store.tables import quotas


def take(conn: Connection, name: str, window: int, amount: int) -> int:
    """Adds `amount` to what was used under a name since `window` (unix seconds); the sum.

    Earlier windows of the name are forgotten.
    """
    conn.execute(delete(quotas).where(quotas.c.name == name, quotas.c.window < window))
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    statement = insert(quotas).values(name=name, window=window, used=amount)
    counted = statement.on_conflict_do_update(
        index_elements=[quotas.c.name, quotas.c.window],
        set_={"used": quotas.c.used + statement.excluded.used},
    )
    return int(conn.execute(counted.returning(quotas.c.used)).scalar_one())
