"""The workbook of rows to be checked: as they came in, the faulty cells marked, with a reason in each
language.

It can be corrected and imported as it is. Every cell is written as text, so that nothing in it runs as a
formula (OWASP: CSV injection) and no identity number turns into a rounded number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ledger.domain.roster.cells import as_text
from ledger.domain.roster.columns import SYNONYMS, Column, columns_of
from ledger.domain.roster.problems import CellProblem, FaultyRow
from ledger.texts.messages import LOCALES, text

_MARKED = PatternFill("solid", start_color="FFFFC7CE")
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_NOT_IN_SHEET_NAMES = re.compile(r"[\\*?:/\[\]]")
_LONGEST_SHEET_NAME = 31
_COLUMN_WIDTH = 20
_REASON_WIDTH = 60


def problem_workbook(faulty: Sequence[FaultyRow]) -> bytes:
    """An XLSX file with a sheet for each sheet of the import that has rows to be checked, in their order."""
    workbook = Workbook()
    empty = workbook.worksheets[0]
    for name, rows in groupby(faulty, key=lambda row: row.sheet):
        sheet = workbook.create_sheet(_NOT_IN_SHEET_NAMES.sub("_", name)[:_LONGEST_SHEET_NAME] or None)
        _write_sheet(sheet, list(rows))
    if faulty:
        workbook.remove(empty)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _write_sheet(sheet: Worksheet, rows: list[FaultyRow]) -> None:
    headings = rows[0].labels
    width = max(len(headings), *(len(faulty.row.cells) for faulty in rows))
    row_title = " / ".join(text("roster.workbook.row", locale) for locale in LOCALES)
    reason_titles = [text("roster.workbook.reason", locale) for locale in LOCALES]
    labels = [*headings, *[""] * (width - len(headings)), row_title, *reason_titles]
    for position, label in enumerate(labels, start=1):
        _write(sheet, 1, position, label).font = _BOLD
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = _REASON_WIDTH if position > width + 1 else _COLUMN_WIDTH
    sheet.freeze_panes = "A2"
    columns = columns_of(headings)
    for at, faulty in enumerate(rows, start=2):
        _write_row(sheet, at, faulty, width)
        _mark_cells(sheet, at, faulty, columns)


def _write_row(sheet: Worksheet, at: int, faulty: FaultyRow, width: int) -> None:
    for position, value in enumerate(faulty.row.cells, start=1):
        _write(sheet, at, position, as_text(value))
    _write(sheet, at, width + 1, str(faulty.row.number))
    labels = {column: faulty.labels[position] for column, position in columns_of(faulty.labels).items()}
    for position, locale in enumerate(LOCALES, start=width + 2):
        reasons = (
            f"{labels.get(problem.column, SYNONYMS[problem.column][0])}: {_reason(problem, locale)}"
            for problem in faulty.problems
        )
        _write(sheet, at, position, "\n".join(reasons)).alignment = _WRAPPED


def _mark_cells(sheet: Worksheet, at: int, faulty: FaultyRow, columns: Mapping[Column, int]) -> None:
    for column in dict.fromkeys(problem.column for problem in faulty.problems):
        if column in columns:
            cell = sheet.cell(at, columns[column] + 1)
            cell.fill = _MARKED
            problems = [problem for problem in faulty.problems if problem.column is column]
            reasons = "\n".join(_reason(problem, locale) for locale in LOCALES for problem in problems)
            cell.comment = Comment(reasons, "ledger")


def _reason(problem: CellProblem, locale: str) -> str:
    return text(problem.code, locale, **problem.params)


def _write(sheet: Worksheet, row: int, column: int, value: str) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"  # also where the text begins with =, which openpyxl takes for a formula
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell
