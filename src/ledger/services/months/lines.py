"""A list's lines as people see them, whether they were just drawn up or are in the books."""

from __future__ import annotations

from sqlalchemy import Connection, Row

from ledger.domain import months
from ledger.domain.entitlement.entitlement import Entitlement
from ledger.domain.months import Month
from ledger.services.facts import FactKind
from ledger.services.months.books import snapshot
from ledger.services.months.lists import Draft
from ledger.services.months.views import DifferenceView, LineView
from ledger.services.people import People
from ledger.services.person_lines import masked
from ledger.store import month_books as books
from ledger.store import subjects as subjects_store

ERASED = "—"


def draft_line(draft: Draft) -> LineView:
    """A line just drawn up."""
    good = tuple(
        DifferenceView(months.text(one.month), one.amount, one.cause.value) for one in draft.differences
    )
    return _line(
        draft.known.person.id,
        draft.known.name,
        draft.known.number,
        draft.entitlement,
        good,
        change=(draft.change.kind.value, draft.change.code) if draft.change else (None, None),
    )


def stored_lines(
    conn: Connection, people: People, programme: int, month: Month, community: int
) -> tuple[LineView, ...]:
    """A checked list's lines, by name. Whoever was erased since has none."""
    rows = books.lines_of_list(conn, programme, month, community)
    subjects = subjects_store.by_ids(conn, [row.subject_id for row in rows])
    opened = people.open(list(subjects.values()))
    facts = people.present(conn, opened, [FactKind.NAME, FactKind.IDENTITY_NUMBER])
    known = {subject_id: {fact.kind: fact.value for fact in found} for subject_id, found in facts.items()}
    good = books.differences_of_month(conn, programme, month)
    paid = books.payments_of_month(conn, programme, month)
    lines = []
    for row in rows:
        person = known.get(row.subject_id, {})
        result = paid.get(row.subject_id)
        lines.append(
            _line(
                row.subject_id,
                person[FactKind.NAME]["name"] if FactKind.NAME in person else ERASED,
                person[FactKind.IDENTITY_NUMBER]["number"] if FactKind.IDENTITY_NUMBER in person else "",
                snapshot(row, month),
                tuple(_difference(one) for _, one in sorted(good.get(row.subject_id, {}).items())),
                change=(row.change, row.change_reason),
                paid=result.state if result else None,
            )
        )
    return tuple(sorted(lines, key=lambda line: (line.name, line.subject_id)))


def _difference(row: Row[tuple[object, ...]]) -> DifferenceView:
    return DifferenceView(row.for_month, row.amount, row.cause)


def _line(
    subject_id: str,
    name: str,
    number: str,
    owed: Entitlement,
    good: tuple[DifferenceView, ...],
    *,
    change: tuple[str | None, str | None],
    paid: str | None = None,
) -> LineView:
    return LineView(
        subject_id=subject_id,
        name=name,
        masked_number=masked(number) if number else ERASED,
        band=owed.band,
        state=owed.state.value,
        reason=owed.reason.value,
        amount=owed.amount,
        held=owed.held,
        differences=good,
        total=owed.amount + sum(one.amount for one in good),
        change=change[0],
        change_reason=change[1],
        paid=paid,
    )
