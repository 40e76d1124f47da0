"""The books: lines of lists that were checked, what they make good of earlier months, what was paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select

from ledger.domain import months as calendar
from ledger.domain.months import Month
from ledger.store.chunks import chunks
from ledger.store.tables import month_differences, month_lines, payment_imports, payments, subjects


def add_lines(
    conn: Connection, lines: Sequence[Mapping[str, Any]], differences: Sequence[Mapping[str, Any]]
) -> None:
    """A checked list's lines, and what they make good."""
    if lines:
        conn.execute(insert(month_lines), list(lines))
    if differences:
        conn.execute(insert(month_differences), list(differences))


def remove_lines(conn: Connection, programme: int, month: Month, community: int) -> None:
    """Takes back the lines of a list that was returned."""
    of_list = (
        month_lines.c.programme == programme,
        month_lines.c.month == calendar.text(month),
        month_lines.c.community_id == community,
    )
    listed = select(month_lines.c.subject_id).where(*of_list)
    conn.execute(
        delete(month_differences).where(
            month_differences.c.programme == programme,
            month_differences.c.month == calendar.text(month),
            month_differences.c.subject_id.in_(listed),
        )
    )
    conn.execute(delete(month_lines).where(*of_list))


def lines_of_list(conn: Connection, programme: int, month: Month, community: int) -> Sequence[Row[Any]]:
    """A checked list's lines."""
    return conn.execute(
        select(month_lines).where(
            month_lines.c.programme == programme,
            month_lines.c.month == calendar.text(month),
            month_lines.c.community_id == community,
        )
    ).all()


def lines_of_month(conn: Connection, programme: int, month: Month) -> Iterable[Row[Any]]:
    """Every line of a month's checked lists."""
    query = select(month_lines).where(
        month_lines.c.programme == programme, month_lines.c.month == calendar.text(month)
    )
    return conn.execute(query)


def differences_of_month(conn: Connection, programme: int, month: Month) -> dict[str, dict[Month, Row[Any]]]:
    """What a month makes good of earlier ones, by subject and by the month it is for."""
    query = select(month_differences).where(
        month_differences.c.programme == programme, month_differences.c.month == calendar.text(month)
    )
    found: dict[str, dict[Month, Row[Any]]] = defaultdict(dict)
    for row in conn.execute(query):
        found[row.subject_id][calendar.parse(row.for_month)] = row
    return found


def lines_of(conn: Connection, programme: int, subject_ids: Collection[str]) -> Iterable[Row[Any]]:
    """Every line of some people, the earliest month first."""
    return _of(
        conn, select(month_lines).where(month_lines.c.programme == programme), month_lines, subject_ids
    )


def differences_of(conn: Connection, programme: int, subject_ids: Collection[str]) -> Iterable[Row[Any]]:
    """Everything made good for some people, the earliest month first."""
    query = select(month_differences).where(month_differences.c.programme == programme)
    return _of(conn, query, month_differences, subject_ids)


def payments_of(conn: Connection, programme: int, subject_ids: Collection[str]) -> Iterable[Row[Any]]:
    """What became of some people's money, the earliest month first."""
    return _of(conn, select(payments).where(payments.c.programme == programme), payments, subject_ids)


def listed_ids(conn: Connection, programme: int, month: Month, *, but: int) -> set[str]:
    """Who is on a month's checked lists of other communities than `but`."""
    query = select(month_lines.c.subject_id).where(
        month_lines.c.programme == programme,
        month_lines.c.month == calendar.text(month),
        month_lines.c.community_id != but,
    )
    return set(conn.execute(query).scalars())


def merged_into(conn: Connection, subject_ids: Collection[str]) -> dict[str, list[str]]:
    """The entries that were merged into some people's, by the entry that remains."""
    found: dict[str, list[str]] = defaultdict(list)
    for chunk in chunks(subject_ids):
        query = select(subjects.c.id, subjects.c.merged_into).where(subjects.c.merged_into.in_(chunk))
        for row in conn.execute(query.order_by(subjects.c.id)):
            found[row.merged_into].append(row.id)
    return found


def add_payments(conn: Connection, header: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Civil affairs' results for a month."""
    conn.execute(insert(payment_imports).values(**header))
    if rows:
        conn.execute(insert(payments), list(rows))


def payments_of_month(conn: Connection, programme: int, month: Month) -> dict[str, Row[Any]]:
    """What became of a month's money, by subject."""
    query = select(payments).where(
        payments.c.programme == programme, payments.c.month == calendar.text(month)
    )
    return {row.subject_id: row for row in conn.execute(query)}


def _of(conn: Connection, query: Select[Any], table: Any, subject_ids: Collection[str]) -> Iterable[Row[Any]]:
    for chunk in chunks(subject_ids):
        narrowed = query.where(table.c.subject_id.in_(chunk)).order_by(table.c.subject_id, table.c.month)
        yield from conn.execute(narrowed)
