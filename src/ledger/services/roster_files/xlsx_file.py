"""Workbook rosters, read as values: a formula counts with its result, and nothing is ever computed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ledger.domain.roster.cells import Cell, RawRow, is_empty
from ledger.services.roster_files.limits import Limits, RosterFileRefused, RosterFileTooLarge

_DAMAGED = (KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, ParseError,
            zipfile.BadZipFile, InvalidFileException)  # fmt: skip


def read_sheets(data: bytes, limits: Limits) -> dict[str, list[RawRow]]:
    """The filled rows of every visible sheet, by its name. Raises RosterFileRefused."""
    _check_unpacked_size(data, limits)
    try:
        sheets, has_formulas = _load(data, limits, results=False)
        if not has_formulas:
            return sheets
        results, _ = _load(data, limits, results=True)
    except RosterFileRefused:
        raise
    except _DAMAGED:
        raise RosterFileRefused("roster_file.damaged") from None
    return {name: _with_results(rows, results.get(name, [])) for name, rows in sheets.items()}


def _check_unpacked_size(data: bytes, limits: Limits) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        size = sum(entry.file_size for entry in package.infolist())
    if size > limits.unpacked_size:
        raise RosterFileTooLarge("roster_file.too_large_unpacked", got=size, limit=limits.unpacked_size)


def _load(data: bytes, limits: Limits, *, results: bool) -> tuple[dict[str, list[RawRow]], bool]:
    """The rows by sheet with formulas as written, or with their last results; and whether there are
    formulas."""
    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=results, keep_links=False)
    has_formulas = False
    sheets: dict[str, list[RawRow]] = {}
    filled = 0
    try:
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()  # the size a file states is often wrong
            rows = sheets[sheet.title] = []
            for number, cells in enumerate(sheet.iter_rows(max_col=limits.columns), start=1):
                has_formulas = has_formulas or any(cell.data_type == "f" for cell in cells)
                values = tuple(_trim(_value(cell.value) for cell in cells))
                if not values:
                    continue
                filled += 1
                if filled > limits.rows:
                    raise RosterFileTooLarge("roster_file.too_many_rows", limit=limits.rows)
                rows.append(RawRow(number, values))
    finally:
        workbook.close()
    return sheets, has_formulas


def _value(value: object) -> Cell:
    match value:
        case None | str() | bool() | int() | float() | datetime() | date():
            return value
        case time() | timedelta():
            return str(value)
        case _:
            return str(value)


def _trim(cells: Iterator[Cell]) -> list[Cell]:
    values = list(cells)
    while values and is_empty(values[-1]):
        values.pop()
    return values


def _with_results(rows: list[RawRow], results: list[RawRow]) -> list[RawRow]:
    """Rows with each formula's last result in its place; a formula never computed stays as the text it is."""
    by_number = {row.number: row.cells for row in results}
    return [RawRow(row.number, tuple(_merge(row.cells, by_number.get(row.number, ())))) for row in rows]


def _merge(cells: tuple[Cell, ...], results: tuple[Cell, ...]) -> Iterator[Cell]:
    for position, cell in enumerate(cells):
        result = results[position] if position < len(results) else None
        yield cell if result is None else result
