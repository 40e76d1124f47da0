"""Replays a month from the books: every line's leaf, every root, every step and its signature, the anchor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from ledger.domain import merkle, month_work, months
from ledger.domain.codes import Stream
from ledger.domain.month_work import LineContent, ListState, Step
from ledger.domain.months import Month
from ledger.domain.state import LedgerState
from ledger.encoding.month_statements import MonthStatements
from ledger.encoding.types import Address
from ledger.encoding.words import signer
from ledger.errors import Refused
from ledger.keys import signatures
from ledger.store import month_books as books
from ledger.store import months as store
from ledger.store.months import ListRow, StepRow

NO_ROOT = bytes(32)


class Code(StrEnum):
    """What was found. Texts: `audit.month.finding`."""

    LINE_DIFFERS = "line_differs"
    LIST_DIFFERS = "list_differs"
    SUM_DIFFERS = "sum_differs"
    MONTH_DIFFERS = "month_differs"
    STEP_NOT_ALLOWED = "step_not_allowed"
    STATE_DIFFERS = "state_differs"
    SIGNATURE_WRONG = "signature_wrong"
    SAME_ORGANISATION = "same_organisation"
    CLOSED_UNACCEPTED = "closed_unaccepted"
    NOT_ANCHORED = "not_anchored"
    ANCHOR_DIFFERS = "anchor_differs"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; `where` is a subject id, an organisation's number or a month."""

    code: Code
    where: str


@dataclass(frozen=True, slots=True)
class Result:
    """What was looked at, and what was found."""

    month: str
    lists: int
    lines: int
    steps: int
    total: int
    """What the lists pay in all, in fen."""
    findings: tuple[Finding, ...]


def audit_month(
    conn: Connection, registers: LedgerState, statements: MonthStatements, programme: int, month: Month
) -> Result:
    """Everything that the database says of a month, checked; nothing is written."""
    lists = store.lists(conn, programme, month)
    steps = store.steps(conn, programme, month)
    found: list[Finding] = []
    leaves, sums, lines = _lines(conn, programme, month, found)
    for community, row in lists.items():
        if row.state == ListState.OPEN:
            continue
        if month_work.list_root(leaves[community]) != row.root:
            found.append(Finding(Code.LIST_DIFFERS, str(community)))
        if (len(leaves[community]), *sums[community]) != (row.people, row.payable, row.difference):
            found.append(Finding(Code.SUM_DIFFERS, str(community)))
    found += _steps(registers, statements, programme, month, lists=lists, steps=steps)
    found += _closing(conn, registers, programme, month, lists)
    total = sum(row.payable + row.difference for row in lists.values())
    return Result(months.text(month), len(lists), lines, len(steps), total, tuple(found))


def _lines(
    conn: Connection, programme: int, month: Month, found: list[Finding]
) -> tuple[Mapping[int, list[bytes]], Mapping[int, tuple[int, int]], int]:
    """Leaves and (payable, difference) by community, and how many lines there are."""
    leaves: dict[int, list[bytes]] = defaultdict(list)
    sums: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    differences = books.differences_of_month(conn, programme, month)
    count = 0
    for row in books.lines_of_month(conn, programme, month):
        own = differences.get(row.subject_id, {})
        leaf = month_work.line_leaf(
            LineContent(
                programme=programme,
                month=month,
                subject_id=row.subject_id,
                community_id=row.community_id,
                state=row.state,
                reason=row.reason,
                band=row.band,
                due=row.due,
                differences={for_month: (one.amount, one.cause) for for_month, one in own.items()},
                salt=row.salt,
            )
        )
        if leaf != row.leaf or row.difference != sum(one.amount for one in own.values()):
            found.append(Finding(Code.LINE_DIFFERS, row.subject_id))
        leaves[row.community_id].append(leaf)
        payable, difference = sums[row.community_id]
        due = row.due if row.state == "payable" else 0
        sums[row.community_id] = (payable + due, difference + row.difference)
        count += 1
    return leaves, sums, count


def _steps(
    registers: LedgerState,
    statements: MonthStatements,
    programme: int,
    month: Month,
    *,
    lists: Mapping[int, ListRow],
    steps: list[StepRow],
) -> Iterator[Finding]:
    """The steps in their order against the rules, each with its signature."""
    states = dict.fromkeys(lists, ListState.OPEN)
    last: dict[int, StepRow] = {}
    for one in steps:
        if not _is_signed(registers, statements, programme, month, one):
            yield Finding(Code.SIGNATURE_WRONG, str(one.sequence))
        if one.community_id is None:
            continue
        step, before = Step(one.step), last.get(one.community_id)
        after = month_work.TRANSITIONS.get((states[one.community_id], step))
        if after is None:
            yield Finding(Code.STEP_NOT_ALLOWED, str(one.sequence))
            continue
        passed_on = step in {Step.CONFIRM, Step.ACCEPT}
        if passed_on and before is not None and before.organisation_id == one.organisation_id:
            yield Finding(Code.SAME_ORGANISATION, str(one.sequence))
        states[one.community_id], last[one.community_id] = after, one
    for community, row in lists.items():
        signed = last.get(community)
        if states[community] != row.state or (
            row.state != ListState.OPEN and (signed is None or signed.root != row.root)
        ):
            yield Finding(Code.STATE_DIFFERS, str(community))


def _is_signed(
    registers: LedgerState, statements: MonthStatements, programme: int, month: Month, step: StepRow
) -> bool:
    digest = statements.step(
        programme=programme,
        month=months.text(month),
        community=step.community_id or 0,
        step=step.step,
        root=step.root or NO_ROOT,
    )
    try:
        key = signatures.recover(digest, step.signature or b"")
    except Refused:
        return False
    word = registers.signers.get(Address(key), 0)
    return key == step.signer and signer.organisation(word) == step.organisation_id


def _closing(
    conn: Connection, registers: LedgerState, programme: int, month: Month, lists: Mapping[int, ListRow]
) -> Iterator[Finding]:
    closed = store.closed_months(conn)
    at = next(
        (position for position, one in enumerate(closed) if (one.programme, one.month) == (programme, month)),
        None,
    )
    if at is None:
        return
    where = months.text(month)
    if any(row.state != ListState.ACCEPTED for row in lists.values()):
        yield Finding(Code.CLOSED_UNACCEPTED, where)
    if month_work.month_root({one: row.root or NO_ROOT for one, row in lists.items()}) != closed[at].root:
        yield Finding(Code.MONTH_DIFFERS, where)
    head = registers.tree_heads.get((closed[at].closed_by, Stream.MONTHS))
    if head is None or head.size <= at:
        yield Finding(Code.NOT_ANCHORED, where)
        return
    leaves = [month_work.stream_leaf(one.programme, one.month, one.root) for one in closed[: head.size]]
    if merkle.root(leaves) != head.root:
        yield Finding(Code.ANCHOR_DIFFERS, where)
