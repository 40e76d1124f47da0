"""Text rosters: UTF-8 (with or without BOM) or GB 18030, separated by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io

from ledger.domain.roster.cells import RawRow, is_empty
from ledger.domain.roster.table import HEADING_WITHIN_ROWS, Table, read_table
from ledger.services.roster_files.limits import Limits, RosterFileRefused, RosterFileTooLarge

_SEPARATORS = (",", "\t", ";")


def read_csv(data: bytes, sheet: str, limits: Limits) -> Table:
    """The table in a text file. Raises RosterFileRefused."""
    text, certain = _decode(data)
    for separator in _SEPARATORS:
        table = read_table(sheet, _rows(text, separator, limits))
        if table is not None:
            return table
    # Nearly any bytes can be read as GB 18030, so text without a heading may as well be of another encoding.
    if not certain:
        raise RosterFileRefused("roster_file.encoding")
    raise RosterFileRefused("roster_file.no_heading", rows=HEADING_WITHIN_ROWS)


def read_rows(data: bytes, limits: Limits) -> list[RawRow]:
    """The filled rows of a text file, by the separator that gives the first of them most cells."""
    text, _ = _decode(data)
    return max(
        (_rows(text, separator, limits) for separator in _SEPARATORS),
        key=lambda rows: len(rows[0].cells) if rows else 0,
    )


def _decode(data: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding is certain."""
    try:
        return data.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030"), False
    except UnicodeDecodeError:
        raise RosterFileRefused("roster_file.encoding") from None


def _rows(text: str, separator: str, limits: Limits) -> list[RawRow]:
    rows: list[RawRow] = []
    try:
        for number, cells in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1
        ):
            if all(is_empty(cell) for cell in cells):
                continue
            if len(rows) == limits.rows:
                raise RosterFileTooLarge("roster_file.too_many_rows", limit=limits.rows)
            rows.append(RawRow(number, tuple(cells[: limits.columns])))
    except csv.Error:  # a field of more than 128 KiB: a quotation mark that is never closed
        raise RosterFileRefused("roster_file.damaged") from None
    return rows
