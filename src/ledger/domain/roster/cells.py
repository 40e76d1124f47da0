"""A cell as it came out of a file, before anything is known about its column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

Cell = str | int | float | bool | date | datetime | None

ERROR_VALUES = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
"""What a spreadsheet shows where a formula failed (ECMA-376 part 1, section 18.17.3)."""

EXACT_DIGITS = 15
"""Decimal digits that a spreadsheet keeps of a number; an identity number has 18."""


@dataclass(frozen=True, slots=True, repr=False)
class RawRow:
    """A row as it came; `number` counts from 1 as the spreadsheet shows it. Its repr shows no cell."""

    number: int
    cells: tuple[Cell, ...]


def as_text(cell: Cell) -> str:
    """What a person would read in the cell. Numbers with more digits than a spreadsheet keeps stay in
    scientific notation, so that text made from them is never mistaken for something exact."""
    match cell:
        case None:
            return ""
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case int() | float():
            return _number_as_text(cell)
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _number_as_text(number: int | float) -> str:
    if is_rounded(number):
        return f"{number:.{EXACT_DIGITS - 1}E}"
    if isinstance(number, float) and number.is_integer():
        return str(int(number))
    return str(number)


def is_rounded(number: int | float) -> bool:
    """Whether a spreadsheet has, or may have, put zeros in place of the last digits of a number."""
    if abs(number) < 10**EXACT_DIGITS:
        return False
    return isinstance(number, float) or number % 1000 == 0
