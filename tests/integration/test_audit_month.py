"""A month replayed from the books, and what it finds when they were altered."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, delete, update

from ledger.audit.months import Code, audit_month
from ledger.domain import months
from ledger.domain.months import Month
from ledger.encoding.month_statements import MonthStatements
from ledger.relay.registers import Registers
from ledger.store.tables import month_lines, month_lists, month_steps
from tests.installation import Installation
from tests.month_work import an_open_month, certified, pass_on
from tests.service import run_ledger


@pytest.fixture(scope="module")
def month(installation: Installation) -> Month:
    found = an_open_month(installation)
    certified(installation, months.day(Month(found - 3), 5))
    installation.settle()
    pass_on(installation, found)
    return found


def codes(installation: Installation, conn: Connection, month: Month) -> set[Code]:
    deployment = installation.application.deployment
    statements = MonthStatements(deployment.chain_id, bytes.fromhex(deployment.deployment_id[2:]))
    registers = Registers(deployment.domains).present(conn)
    found = audit_month(conn, registers, statements, 1, month).findings
    return {one.code for one in found} - {Code.NOT_ANCHORED}


def test_a_month_as_it_was_closed_is_clean(installation: Installation, month: Month) -> None:
    with installation.application.database.read() as conn:
        assert codes(installation, conn, month) == set()
    home = installation.application.settings.home
    done = run_ledger("audit", "month", months.text(month), "--json", home=home)
    found = json.loads(done.stdout)
    assert {one["code"] for one in found["findings"]} <= {"not_anchored"}
    assert (found["lists"], found["steps"]) == (9, 29)
    assert found["lines"] > 0
    assert run_ledger("audit", "month", "1999-01", home=home).returncode == 2


CHANGES = [
    (lambda: update(month_lines).values(due=month_lines.c.due + 100), {Code.LINE_DIFFERS}),
    (lambda: update(month_lines).values(reason="died"), {Code.LINE_DIFFERS}),
    (lambda: delete(month_lines), {Code.LIST_DIFFERS, Code.SUM_DIFFERS}),
    (lambda: update(month_lists).values(payable=1), {Code.SUM_DIFFERS}),
    (lambda: update(month_lists).values(root=b"\x01" * 32), {Code.LIST_DIFFERS, Code.MONTH_DIFFERS}),
    (lambda: update(month_steps).values(signature=b"\x01" * 65), {Code.SIGNATURE_WRONG}),
    (lambda: update(month_steps).values(organisation_id=2), {Code.SAME_ORGANISATION}),
    (lambda: delete(month_steps), {Code.STATE_DIFFERS}),
    (lambda: update(month_lists).values(state="checked"), {Code.CLOSED_UNACCEPTED, Code.STATE_DIFFERS}),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_books_that_were_altered_are_found(
    installation: Installation, month: Month, change: Callable[[], object], expected: set[Code]
) -> None:
    with installation.application.database.write() as conn:
        undone = conn.begin_nested()
        conn.execute(change())  # type: ignore[call-overload]
        found = codes(installation, conn, month)
        undone.rollback()
    assert found >= expected
