"""A whole roster file: its good rows, and its rows to be checked by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ledger.domain.divisions import Divisions
from ledger.domain.roster.cells import RawRow
from ledger.domain.roster.columns import Column
from ledger.domain.roster.numbers import ROUNDED, looks_rounded
from ledger.domain.roster.person import RosterPerson
from ledger.domain.roster.problems import CellProblem, FaultyRow
from ledger.domain.roster.row import Context, RowReading, read_row
from ledger.domain.roster.table import Table


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A good row: a person and where the file says so, as it came."""

    sheet: str
    labels: tuple[str, ...]
    row: RawRow
    person: RosterPerson

    def faulted(self, column: Column, code: str) -> FaultyRow:
        """The row as one to be checked after all, for what only the registry could tell."""
        return FaultyRow(
            self.sheet, self.labels, self.row, (CellProblem(column, code),), self.person.community
        )


@dataclass(frozen=True, slots=True)
class CheckedRoster:
    """Every row of a file that may be a person is in exactly one of the two, in the file's order."""

    good: tuple[RosterRow, ...]
    faulty: tuple[FaultyRow, ...]


def check_roster(
    tables: Iterable[Table], *, divisions: Divisions, today: date, community: str | None = None
) -> CheckedRoster:
    """Checks every row against the identity number's rules, the known divisions and the other rows of the
    file.

    `community` is the code of the community to which rows without one belong. Two rows with one identity
    number are both to be checked, and each names the other: which one is right is not for a program to say.
    """
    context = Context(divisions, today, community)
    readings = [
        (table.sheet, read_row(table.heading, row, context)) for table in tables for row in table.rows
    ]
    _fault_rounded(readings)
    _fault_duplicates(readings)
    return CheckedRoster(
        good=tuple(
            RosterRow(sheet, reading.heading.labels, reading.row, reading.person)
            for sheet, reading in readings
            if not reading.problems and reading.person is not None
        ),
        faulty=tuple(
            FaultyRow(sheet, reading.heading.labels, reading.row, tuple(reading.problems), reading.community)
            for sheet, reading in readings
            if reading.problems
        ),
    )


def _fault_rounded(readings: list[tuple[str, RowReading]]) -> None:
    """One number that lost its last digits shows that all in that sheet ending in zeros may have."""
    sheets = {sheet for sheet, reading in readings for problem in reading.problems if problem.code == ROUNDED}
    for sheet, reading in readings:
        if sheet in sheets and reading.number and looks_rounded(reading.cell(Column.IDENTITY_NUMBER)):
            reading.number = None
            reading.fault(Column.IDENTITY_NUMBER, ROUNDED)


def _fault_duplicates(readings: list[tuple[str, RowReading]]) -> None:
    by_number: dict[str, list[tuple[str, RowReading]]] = defaultdict(list)
    for sheet, reading in readings:
        if reading.number is not None:
            by_number[reading.number.text].append((sheet, reading))
    for same in by_number.values():
        for _, reading in same:
            others = [(s, r.row.number) for s, r in same if r is not reading]
            if others:
                other_sheet, other_row = others[0]
                reading.fault(
                    Column.IDENTITY_NUMBER,
                    "roster.identity_number.duplicate",
                    sheet=other_sheet,
                    row=other_row,
                    count=len(same),
                )
