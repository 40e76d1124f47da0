"""What became of a month's money: civil affairs' results, paid or returned and why."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ledger.domain import identity_number, months
from ledger.domain.months import Month
from ledger.domain.programmes import Programme
from ledger.errors import Forbidden, LedgerError, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.roster_files import Limits
from ledger.services.roster_files.columns import TableRow, fen, read_columns
from ledger.store import month_books as books
from ledger.store import months as store
from ledger.store import subjects as subjects_store

_COLUMNS = {
    "number": ("身份证号", "身份证号码", "公民身份号码", "证件号码", "identity number"),
    "amount": ("金额", "实发", "实发金额", "实发（元）", "发放金额", "amount"),
    "result": ("结果", "发放结果", "发放状态", "状态", "result"),
    "reason": ("原因", "退回原因", "失败原因", "备注", "reason"),
}
_NEEDED = ("number", "amount", "result")
_PAID = frozenset({"已发放", "成功", "发放成功", "已到账", "paid"})
_RETURNED = frozenset({"退回", "已退回", "失败", "发放失败", "returned"})


@dataclass(frozen=True, slots=True)
class PaymentProblem:
    """A row that says nothing that could be kept. Holds no personal data."""

    row: int
    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class PaymentReport:
    """What an import of results did; `known` were imported before."""

    import_id: str
    paid: int
    returned: int
    known: int
    problems: tuple[PaymentProblem, ...]


@dataclass(slots=True)
class _Taken:
    """An import as it is read."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    known: int = 0
    problems: list[PaymentProblem] = field(default_factory=list)

    def count(self, state: str) -> int:
        return sum(row["state"] == state for row in self.rows)


class Payments:
    """The use case of results."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def import_results(
        self, actor: Actor, month: Month, data: bytes, programme: str = "senior-allowance"
    ) -> PaymentReport:
        """Takes in a closed month's results (CSV or XLSX: identity number, amount, result, reason).

        Money that came back is paid again by the next month, unless it is no longer owed. The same file again
        changes nothing. Raises Forbidden `role_required`, `month.civil_affairs_only`; Refused
        `month.not_closed`; RosterFileRefused; BadInput `table.no_heading`.
        """
        actor.require_role(Role.REVIEWER)
        chosen = self._context.programme(programme)
        limits = Limits(size=self._context.settings.upload_limit)
        rows = list(read_columns(data, _COLUMNS, _NEEDED, limits))
        import_id = new_id("p")
        with self._context.write() as conn:
            directory = Directory(conn)
            if directory.by_id[actor.organisation].kind != "county":
                raise Forbidden("month.civil_affairs_only")
            if all(one.month != month or one.closed_at is None for one in store.all_months(conn, chosen.id)):
                raise Refused("month.not_closed", month=months.text(month))
            taken = self._read(conn, chosen, month, rows, import_id)
            paid, returned = taken.count("paid"), taken.count("returned")
            header = {
                "id": import_id,
                "programme": chosen.id,
                "month": months.text(month),
                "file_token": hmac.digest(self._context.vault.index_key(), data, hashlib.sha256),
                "actor": actor.id,
                "at": self._context.now(),
                "paid": paid,
                "returned": returned,
            }
            books.add_payments(conn, header, taken.rows)
            subjects = [row["subject_id"] for row in taken.rows]
            self._access_log.record(conn, actor, "payments", [None, *subjects], outcome="imported")
        return PaymentReport(import_id, paid, returned, taken.known, tuple(taken.problems))

    def _read(
        self, conn: Connection, programme: Programme, month: Month, rows: list[TableRow], import_id: str
    ) -> _Taken:
        totals = {
            row.subject_id: (row.due if row.state == "payable" else 0) + row.difference
            for row in books.lines_of_month(conn, programme.id, month)
        }
        present = books.payments_of_month(conn, programme.id, month)
        ids = self._ids(conn, rows)
        people = self._people.open(list(subjects_store.by_ids(conn, set(ids.values())).values()))
        taken, seen = _Taken(), set[str]()
        for row in rows:
            subject_id = ids.get(row.number, "")
            state, amount = _state(row), fen(row.cells["amount"])
            code = ""
            if subject_id not in totals or subject_id not in people:
                code = "payment.nobody"
            elif state is None:
                code = "payment.result_unknown"
            elif amount != totals[subject_id]:
                code = "payment.amount_differs"
            elif subject_id in seen or (subject_id in present and present[subject_id].state != state):
                code = "payment.twice"
            if code:
                expected = totals.get(subject_id, 0) / 100
                params: dict[str, str | int] = {"row": row.number}
                if code == "payment.amount_differs":
                    params["expected"] = f"{expected:.2f}"
                taken.problems.append(PaymentProblem(row.number, code, params))
                continue
            seen.add(subject_id)
            if subject_id in present:
                taken.known += 1
                continue
            reason = {"reason": row.cells.get("reason", "")[:200]}
            taken.rows.append(
                {
                    "programme": programme.id,
                    "month": months.text(month),
                    "subject_id": subject_id,
                    "state": state,
                    "amount": amount,
                    "sealed": people[subject_id].keys.seal(f"payment:{months.text(month)}", reason),
                    "import_id": import_id,
                }
            )
        return taken

    def _ids(self, conn: Connection, rows: list[TableRow]) -> dict[int, str]:
        """Subject ids by the rows' numbers."""
        tokens: dict[int, bytes] = {}
        for row in rows:
            try:
                tokens[row.number] = self._people.token(identity_number.parse(row.cells["number"]))
            except LedgerError:
                continue
        by_token = subjects_store.ids_by_token(conn, set(tokens.values()))
        return {number: by_token[token] for number, token in tokens.items() if token in by_token}


def _state(row: TableRow) -> str | None:
    said = row.cells["result"].lower()
    return "paid" if said in _PAID else "returned" if said in _RETURNED else None
