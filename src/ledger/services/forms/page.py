"""A filled workbook as a page to be printed, with the workbook's own layout."""

from __future__ import annotations

import io
from html import escape
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_PIXELS = 7.0  # of a character's width, by which workbooks measure columns
_STYLE = """\
@page { size: A4 SIZE; margin: 12mm }
body { font-family: "Noto Serif CJK SC", "Noto Sans CJK SC", serif; margin: 0 }
table { border-collapse: collapse; margin: 0 auto; page-break-after: always; table-layout: fixed }
table:last-child { page-break-after: auto }
tr { page-break-inside: avoid }
td { padding: 1px 4px; white-space: pre }
.wrapped { white-space: pre-wrap; overflow-wrap: anywhere }
"""
_LINE = {"thin": "1px solid", "medium": "2px solid", "thick": "3px solid", "double": "3px double"}


def as_page(workbook: bytes, title: str) -> bytes:
    """The visible sheets of a workbook, one under the other, as one HTML page."""
    book = load_workbook(io.BytesIO(workbook), data_only=True)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    landscape = bool(sheets) and sheets[0].page_setup.orientation == "landscape"
    style = _STYLE.replace("SIZE", "landscape" if landscape else "portrait")
    tables = "".join(_table(sheet) for sheet in sheets)
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body>{tables}</body></html>"
    ).encode()


def _table(sheet: Worksheet) -> str:
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    covered: set[tuple[int, int]] = set()
    for one in sheet.merged_cells.ranges:
        spans[one.min_row, one.min_col] = (one.max_row - one.min_row + 1, one.max_col - one.min_col + 1)
        covered.update(
            (row, column) for row, column in one.cells if (row, column) != (one.min_row, one.min_col)
        )
    columns = range(1, sheet.max_column + 1)
    widths = "".join(f'<col style="width:{_width(sheet, column):.0f}px">' for column in columns)
    rows = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        inside = "".join(
            _cell(cell, spans.get((number, column), (1, 1)))
            for column, cell in zip(columns, cells, strict=True)
            if (number, column) not in covered
        )
        height = sheet.row_dimensions[number].height if number in sheet.row_dimensions else None
        rows.append(
            f'<tr style="height:{height * 4 / 3:.0f}px">{inside}</tr>' if height else f"<tr>{inside}</tr>"
        )
    whole = sum(_width(sheet, column) for column in columns)
    return f'<table style="width:{whole:.0f}px"><colgroup>{widths}</colgroup>{"".join(rows)}</table>'


def _width(sheet: Worksheet, column: int) -> float:
    return float(sheet.column_dimensions[get_column_letter(column)].width or 8.43) * _PIXELS


def _cell(cell: Any, span: tuple[int, int]) -> str:
    style = [f"font-size:{cell.font.sz or 11:.0f}pt"]
    if cell.font.b:
        style.append("font-weight:bold")
    if cell.alignment.horizontal in {"center", "right", "left"}:
        style.append(f"text-align:{cell.alignment.horizontal}")
    elif isinstance(cell.value, (int, float)):
        style.append("text-align:right")
    for side in ("top", "right", "bottom", "left"):
        line = _LINE.get(getattr(cell.border, side).style or "")
        if line:
            style.append(f"border-{side}:{line}")
    rows, columns = span
    attributes = (f' rowspan="{rows}"' if rows > 1 else "") + (f' colspan="{columns}"' if columns > 1 else "")
    if cell.alignment.wrap_text:
        attributes += ' class="wrapped"'
    return f'<td{attributes} style="{";".join(style)}">{escape(_text(cell))}</td>'


def _text(cell: Any) -> str:
    if cell.value is None:
        return ""
    if isinstance(cell.value, (int, float)):
        return f"{cell.value:,.2f}" if "0.00" in str(cell.number_format) else f"{cell.value:,}"
    return str(cell.value)
