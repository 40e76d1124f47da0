"""How tests tamper with a copy of a service's database, and what they say an audit found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from ledger.audit.findings import Code
from ledger.audit.result import Result
from tests.audited_service import AuditedService

Edit = Callable[[sqlite3.Connection, AuditedService], object]


def found(result: Result) -> list[tuple[Code, str | None]]:
    """Every cause once: its code and where it was found."""
    return sorted(
        {(group.examples[0].code, group.examples[0].where.contract) for group in result.findings.groups()}
    )


def sql(statement: str, *values: object) -> Edit:
    """An edit by a statement, which must change something."""

    def edit(conn: sqlite3.Connection, _: AuditedService) -> None:
        assert conn.execute(statement, values).rowcount > 0, "nothing was edited"

    return edit
