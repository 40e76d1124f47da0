"""The part of a sheet that lists people: below the titles, above the totals, without the rows that name
nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from ledger.domain import plain_text
from ledger.domain.roster.cells import Cell, RawRow, as_text, is_empty
from ledger.domain.roster.columns import REQUIRED, Column, columns_of

HEADING_WITHIN_ROWS = 20

_TOTALS = re.compile(
    r"(合计|总计|小计|共计|总人数|合计人数|grandtotal|subtotal|total)[:：]?\d*[人户名]?", re.IGNORECASE
)
_SIGNED_OFF = re.compile(
    r"(制表|填表|填报|审核|审批|复核|经办|负责|联系|单位|盖章|日期|备注|说明|注)[^:：]{0,6}[:：]"
)
_DIGITS_OF_AN_OLD_NUMBER = 15
_OF_A_PERSON = frozenset(Column) - {Column.COMMUNITY, Column.PAYING_DIVISION, Column.REMARK}


@dataclass(frozen=True, slots=True)
class Heading:
    """Where each known column is, and the headings as they stand."""

    number: int
    labels: tuple[str, ...]
    columns: dict[Column, int]

    @property
    def ignored(self) -> tuple[str, ...]:
        """Headings whose columns are not read."""
        known = set(self.columns.values())
        return tuple(label for position, label in enumerate(self.labels) if label and position not in known)

    def cell(self, row: RawRow, column: Column) -> Cell:
        """The row's cell in a column; None where the sheet has no such column or the row ends before it."""
        position = self.columns.get(column)
        return row.cells[position] if position is not None and position < len(row.cells) else None


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one sheet that may be people."""

    sheet: str
    heading: Heading
    rows: tuple[RawRow, ...]


def read_table(sheet: str, rows: Sequence[RawRow]) -> Table | None:
    """The table in a sheet; None when no row among its first 20 names both the name and the identity
    number."""
    heading = _find_heading(rows)
    if heading is None:
        return None
    return Table(
        sheet, heading, tuple(row for row in rows if row.number > heading.number and _is_person(heading, row))
    )


def _find_heading(rows: Iterable[RawRow]) -> Heading | None:
    for row in islice((row for row in rows if row.number <= HEADING_WITHIN_ROWS), HEADING_WITHIN_ROWS):
        labels = tuple(plain_text.clean(as_text(cell)) for cell in row.cells)
        columns = columns_of(labels)
        if all(column in columns for column in REQUIRED):
            return Heading(row.number, labels, columns)
    return None


def _is_person(heading: Heading, row: RawRow) -> bool:
    filled = [plain_text.compact(as_text(cell)) for cell in row.cells if not is_empty(cell)]
    if not filled:
        return False
    name = plain_text.compact(as_text(heading.cell(row, Column.NAME)))
    number = plain_text.compact(as_text(heading.cell(row, Column.IDENTITY_NUMBER)))
    if _TOTALS.fullmatch(name) or _TOTALS.fullmatch(filled[0]):
        return len(number) >= _DIGITS_OF_AN_OLD_NUMBER
    if _SIGNED_OFF.match(filled[0]) and (not number or _SIGNED_OFF.match(number)):
        return False
    if not name and not number:
        return any(not is_empty(heading.cell(row, column)) for column in _OF_A_PERSON)
    return filled != [
        plain_text.compact(label) for label in heading.labels if label
    ]  # repeated on a printed page
