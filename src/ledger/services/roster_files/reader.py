"""A roster file, from bytes to the tables of people in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from ledger.domain.roster.table import HEADING_WITHIN_ROWS, Table, read_table
from ledger.services.roster_files.csv_file import read_csv
from ledger.services.roster_files.kind import is_workbook
from ledger.services.roster_files.limits import DEFAULT_LIMITS, Limits, RosterFileRefused, RosterFileTooLarge
from ledger.services.roster_files.xlsx_file import read_sheets


@dataclass(frozen=True, slots=True)
class RosterFile:
    """The tables of people in a file. `skipped` names the sheets that hold something but have no heading."""

    tables: tuple[Table, ...]
    skipped: tuple[str, ...] = ()


def read_roster(data: bytes, filename: str, limits: Limits = DEFAULT_LIMITS) -> RosterFile:
    """Reads a CSV or XLSX roster. `filename` only names the sheet of a text file; what the file is shows in
    its bytes.

    Raises RosterFileRefused with a code `roster_file.*` (empty, too_large, too_many_rows, too_large_unpacked,
    kind, encrypted, damaged, encoding, no_heading, no_data) when nothing can be read of it.
    """
    if len(data) > limits.size:
        raise RosterFileTooLarge("roster_file.too_large", got=len(data), limit=limits.size)
    if not data.strip():
        raise RosterFileRefused("roster_file.empty")
    roster = _read_workbook(data, limits) if is_workbook(data) else _read_text(data, filename, limits)
    if not any(table.rows for table in roster.tables):
        raise RosterFileRefused("roster_file.no_data")
    return roster


def _read_text(data: bytes, filename: str, limits: Limits) -> RosterFile:
    return RosterFile((read_csv(data, PurePath(filename).stem, limits),))


def _read_workbook(data: bytes, limits: Limits) -> RosterFile:
    sheets = read_sheets(data, limits)
    found = {name: read_table(name, rows) for name, rows in sheets.items()}
    tables = tuple(table for table in found.values() if table is not None)
    if not tables:
        raise RosterFileRefused("roster_file.no_heading", rows=HEADING_WITHIN_ROWS)
    return RosterFile(tables, tuple(name for name, table in found.items() if table is None and sheets[name]))
