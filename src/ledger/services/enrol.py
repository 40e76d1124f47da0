"""Enrolment: people come into the registry, from a roster or one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger.services.actors import Actor

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """Rows of an import by what became of them; `rows` is the sum of the others."""

    rows: int
    created: int
    changed: int
    unchanged: int
    cases: int
    """Rows that a person must check (待核实), whether this import opened the case or found it open."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one cell, or a whole row, could not be taken as it is. Holds no personal data."""

    sheet: str
    row: int
    """As the spreadsheet numbers it, from 1."""
    column: str | None
    """The column's field name; none when the row as a whole is at fault."""
    code: str
    params: dict[str, str | int | None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    import_id: str
    counts: ImportCounts
    problems: tuple[RowProblem, ...]


class Enrol:
    """The use cases of enrolment."""

    def import_roster(
        self,
        actor: Actor,
        data: bytes,
        filename: str,
        *,
        default_community: str | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Takes in a roster (CSV or XLSX). Workers and reviewers, for their own communities.

        `default_community` (a code) is meant for rows that name none. Good rows go in; each other row opens a case.
        Raises BadInput or TooLarge for a file that is refused whole, before anything is written.
        """
        raise NotImplementedError

    def problems_workbook(self, actor: Actor, import_id: str, locale: str) -> bytes:
        """An XLSX of the rows to be checked, a reason per cell. Raises NotFound `unknown_import`."""
        raise NotImplementedError
