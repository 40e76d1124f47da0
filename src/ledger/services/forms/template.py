"""Reading a workbook as a form's template: named cells take single values, the range `lines` takes the lines.

`lines` names one row; its cells hold {field} where a line's values go, and whatever else they hold is
repeated as it is. Everything below it moves down.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from ledger.domain.forms import FIELDS, LINES, Fields, Form
from ledger.errors import BadInput, LedgerError
from ledger.services.roster_files.kind import is_workbook

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 32 * 1024 * 1024
_FIELD = re.compile(r"\{([^{}]*)\}")
_DAMAGED = (KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, OSError, ParseError,
            zipfile.BadZipFile, InvalidFileException)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """What is wrong with one cell. Holds nothing of what a person wrote but the names of fields."""

    sheet: str
    cell: str
    """As a spreadsheet names it, B3; "" for the workbook as a whole."""
    code: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell by sheet, row and column, both from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Range:
    """The row that is repeated, from its first to its last column."""

    sheet: str
    row: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Template:
    """A workbook with the places where a form's values go."""

    workbook: Workbook
    values: Mapping[str, tuple[Place, ...]]
    lines: Range | None


def read_template(form: Form, data: bytes) -> tuple[Template, list[TemplateProblem]]:
    """The template and everything that is wrong with it. Raises BadInput `form_template.*` for a file that
    can't be read at all.
    """
    workbook = _load(data)
    fields = FIELDS[form]
    problems: list[TemplateProblem] = []
    values: dict[str, tuple[Place, ...]] = {}
    lines: Range | None = None
    for name, defined in workbook.defined_names.items():
        if name.startswith("_xlnm"):
            continue
        places = list(_destinations(workbook, name, defined.destinations, problems))
        if name == LINES and fields.of_line:
            lines = _lines(workbook, places, problems)
        elif not fields.takes_value(name):
            problems.extend(_problem(*place[:2], "form_template.name_unknown", name=name) for place in places)
        else:
            values[name] = tuple(_cells(name, places, problems))
    of_line = _check_lines(workbook, lines, fields, problems) if lines else set()
    missing = fields.needed - values.keys() - of_line - ({LINES} if lines else set())
    problems.extend(
        TemplateProblem("", "", "form_template.name_missing", {"name": name}) for name in sorted(missing)
    )
    return Template(workbook, values, lines), problems


def _load(data: bytes) -> Workbook:
    if len(data) > MOST_BYTES:
        raise BadInput("form_template.too_large", got=len(data), limit=MOST_BYTES)
    try:
        known = bool(data) and is_workbook(data)
        if not known:
            raise BadInput("form_template.not_a_workbook")
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MOST_UNPACKED:
                raise BadInput("form_template.too_large", got=len(data), limit=MOST_BYTES)
            if any(entry.filename.endswith("vbaProject.bin") for entry in package.infolist()):
                raise BadInput("form_template.macros")
        return load_workbook(io.BytesIO(data), keep_links=False)
    except LedgerError as error:
        if error.code.startswith("form_template"):
            raise
        raise BadInput("form_template.not_a_workbook") from None
    except _DAMAGED:
        raise BadInput("form_template.not_a_workbook") from None


def _destinations(
    workbook: Workbook, name: str, destinations: object, problems: list[TemplateProblem]
) -> Iterator[tuple[str, str]]:
    try:
        found = [(sheet, area.replace("$", "")) for sheet, area in destinations]  # type: ignore[attr-defined]
    except _DAMAGED:
        found = []
    # What a deleted cell leaves behind is no area.
    if not found or any(sheet not in workbook.sheetnames or not area for sheet, area in found):
        problems.append(TemplateProblem("", "", "form_template.name_nowhere", {"name": name}))
        return
    yield from found


def _cells(name: str, places: list[tuple[str, str]], problems: list[TemplateProblem]) -> Iterator[Place]:
    for sheet, area in places:
        first_column, first_row, last_column, last_row = range_boundaries(area)
        if (first_column, first_row) != (last_column, last_row) or not first_row or not first_column:
            problems.append(_problem(sheet, area, "form_template.one_cell", name=name))
        else:
            yield Place(sheet, first_row, first_column)


def _lines(
    workbook: Workbook, places: list[tuple[str, str]], problems: list[TemplateProblem]
) -> Range | None:
    for sheet, area in places[:1]:
        first_column, first_row, last_column, last_row = range_boundaries(area)
        if not first_column or not first_row or first_row != last_row:
            problems.append(_problem(sheet, area, "form_template.one_row"))
            return None
        merged = workbook[sheet].merged_cells.ranges
        if any(one.min_row <= first_row <= one.max_row and one.min_row != one.max_row for one in merged):
            problems.append(_problem(sheet, area, "form_template.lines_merged"))
        return Range(sheet, first_row, first_column, last_column or first_column)
    return None


def _check_lines(
    workbook: Workbook, lines: Range, fields: Fields, problems: list[TemplateProblem]
) -> set[str]:
    sheet: Worksheet = workbook[lines.sheet]
    found: set[str] = set()
    for column in range(lines.first, lines.last + 1):
        value = sheet.cell(lines.row, column).value
        for name in _FIELD.findall(value) if isinstance(value, str) else ():
            if fields.takes_of_line(name):
                found.add(name)
            else:
                cell = f"{get_column_letter(column)}{lines.row}"
                problems.append(_problem(lines.sheet, cell, "form_template.field_unknown", name=name))
    return found


def _problem(sheet: str, cell: str, code: str, **params: str) -> TemplateProblem:
    return TemplateProblem(sheet, cell, code, params)
