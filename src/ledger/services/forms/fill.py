"""Fills a template in: named cells first, then the lines, with everything below them moved down.

Text is written as text, so that nothing in it runs as a formula and no identity number is rounded.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from ledger.services.forms.template import Range, Template

Value = str | int | float
_FIELD = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What stands in a cell of the row that is repeated."""

    value: Any

    def filled(self, line: Mapping[str, Value]) -> Value | None:
        """With a line's values: a field alone keeps its type, one among other text becomes text."""
        if not isinstance(self.value, str):
            return self.value  # type: ignore[no-any-return]
        whole = _FIELD.fullmatch(self.value)
        if whole is not None:
            return line.get(whole[1], "")
        return _FIELD.sub(lambda found: str(line.get(found[1], "")), self.value)


def fill(template: Template, values: Mapping[str, Value], lines: Sequence[Mapping[str, Value]]) -> bytes:
    """The filled workbook. A value that is not given leaves its cell empty. The template is used up."""
    workbook = template.workbook
    for name, places in template.values.items():
        for place in places:
            _write(workbook[place.sheet].cell(place.row, place.column), values.get(name, ""))
    if template.lines is not None:
        _fill_lines(workbook[template.lines.sheet], template.lines, lines)
    for name in [*template.values, "lines"]:
        workbook.defined_names.pop(name, None)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _fill_lines(sheet: Worksheet, at: Range, lines: Sequence[Mapping[str, Value]]) -> None:
    columns = range(at.first, at.last + 1)
    prototypes: list[Any] = [sheet.cell(at.row, column) for column in columns]
    patterns = [_Pattern(cell.value) for cell in prototypes]
    styles = [copy(cell._style) for cell in prototypes]  # noqa: SLF001 - what openpyxl itself copies
    merged = [one for one in sheet.merged_cells.ranges if one.min_row == at.row]
    height = sheet.row_dimensions[at.row].height
    more = max(len(lines), 1) - 1
    if more:
        _move_down(sheet, at.row + 1, more)
    for position, line in enumerate(lines or [{}]):
        row = at.row + position
        for column, pattern, style in zip(columns, patterns, styles, strict=True):
            cell: Any = sheet.cell(row, column)
            if position and isinstance(cell, Cell):
                cell._style = style  # type: ignore[attr-defined] # noqa: SLF001
            _write(cell, pattern.filled(line))
        if position:
            sheet.row_dimensions[row].height = height
            for one in merged:
                sheet.merge_cells(
                    start_row=row, end_row=row, start_column=one.min_col, end_column=one.max_col
                )


def _move_down(sheet: Worksheet, first: int, by: int) -> None:
    """Moves everything from a row on: cells, merged ranges and heights. The empty rows are not styled."""
    if sheet.max_row >= first:
        below = [CellRange(one.coord) for one in sheet.merged_cells.ranges if one.min_row >= first]
        for one in below:
            sheet.unmerge_cells(one.coord)
        heights = {
            row: sheet.row_dimensions[row].height
            for row in range(first, sheet.max_row + 1)
            if row in sheet.row_dimensions
        }
        last = f"{get_column_letter(sheet.max_column)}{sheet.max_row}"
        sheet.move_range(f"A{first}:{last}", rows=by)
        for one in below:
            one.shift(row_shift=by)
            sheet.merge_cells(one.coord)
        for row in sorted(heights, reverse=True):
            sheet.row_dimensions[row + by].height = heights[row]
            sheet.row_dimensions[row].height = None


def _write(cell: Any, value: Value | None) -> None:
    if not isinstance(cell, Cell):
        return  # inside a merged range, of which the first cell is written
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
