"""How people stand in the closed months: what was listed last for each, and what was paid for it in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection, Row

from ledger.domain import months
from ledger.domain.entitlement.differences import Settled
from ledger.domain.entitlement.entitlement import Entitlement, Reason, State
from ledger.domain.months import Month
from ledger.services.months.dated_facts import Known
from ledger.store import month_books as store


@dataclass(slots=True)
class _Account:
    """One entry's closed months as they are read."""

    listed: dict[Month, Entitlement] = field(default_factory=dict)
    paid: dict[Month, int] = field(default_factory=lambda: defaultdict(int))
    of_line: dict[Month, dict[Month, int]] = field(default_factory=lambda: defaultdict(dict))
    """What each list's line paid, by the month it was for."""
    returned: set[Month] = field(default_factory=set)


def settled(
    conn: Connection, programme: int, known: Mapping[str, Known], closed: Sequence[Month]
) -> dict[str, list[Settled]]:
    """Each person's closed months in order. What was paid to entries merged into theirs was paid to them."""
    owner = {entry: subject_id for subject_id, one in known.items() for entry in (subject_id, *one.merged)}
    accounts = _read(conn, programme, owner, set(closed))
    empty = _Account()
    return {
        subject_id: [_settled(accounts.get(subject_id, empty), month) for month in closed]
        for subject_id in known
    }


def _read(
    conn: Connection, programme: int, owner: Mapping[str, str], closed: set[Month]
) -> dict[str, _Account]:
    accounts: dict[str, _Account] = defaultdict(_Account)
    for row in store.lines_of(conn, programme, list(owner)):
        month = months.parse(row.month)
        if month in closed:
            _take(accounts[owner[row.subject_id]], month, month, snapshot(row, month))
    for row in store.differences_of(conn, programme, list(owner)):
        month, for_month = months.parse(row.month), months.parse(row.for_month)
        if month in closed:
            account = accounts[owner[row.subject_id]]
            account.listed[for_month] = snapshot(row, for_month)
            account.paid[for_month] += row.amount
            of_line = account.of_line[month]
            of_line[for_month] = of_line.get(for_month, 0) + row.amount
    _take_returned(accounts, owner, store.payments_of(conn, programme, list(owner)))
    return accounts


def _take(account: _Account, month: Month, for_month: Month, listed: Entitlement) -> None:
    if for_month not in account.listed or listed.amount:
        account.listed[for_month] = listed
    account.paid[for_month] += listed.amount
    of_line = account.of_line[month]
    of_line[for_month] = of_line.get(for_month, 0) + listed.amount


def _take_returned(
    accounts: Mapping[str, _Account], owner: Mapping[str, str], payments: Iterable[Row[tuple[object, ...]]]
) -> None:
    for row in payments:
        account = accounts.get(owner[row.subject_id])
        if row.state != "returned" or account is None:
            continue
        for for_month, amount in account.of_line[months.parse(row.month)].items():
            account.paid[for_month] -= amount
            account.returned.add(for_month)


def _settled(account: _Account, month: Month) -> Settled:
    listed = account.listed.get(month) or Entitlement(month, State.NONE, Reason.NOT_LISTED)
    return Settled(replace(listed, month=month), account.paid.get(month, 0), month in account.returned)


def snapshot(row: Row[tuple[object, ...]], month: Month) -> Entitlement:
    """A line, or what a difference says of the month it is for, as it was computed then."""
    return Entitlement(month, State(row.state), Reason(row.reason), row.band, row.due)
