"""Simple tables with a heading, as other systems hand them out: CSV or XLSX, columns known by headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from ledger.domain import plain_text
from ledger.domain.roster.cells import RawRow, as_text
from ledger.errors import BadInput
from ledger.services.roster_files.csv_file import read_rows
from ledger.services.roster_files.kind import is_workbook
from ledger.services.roster_files.limits import Limits, RosterFileRefused, RosterFileTooLarge
from ledger.services.roster_files.xlsx_file import read_sheets

_HEADING_WITHIN = 10


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row by the names of its columns; `number` as the spreadsheet counts, from 1."""

    number: int
    cells: Mapping[str, str] = field(repr=False)


def read_columns(
    data: bytes, columns: Mapping[str, tuple[str, ...]], needed: tuple[str, ...], limits: Limits
) -> Iterator[TableRow]:
    """The rows under the first heading that names the `needed` columns. `columns` gives each one's headings.

    Raises RosterFileRefused `roster_file.*`, also where there is no such heading.
    """
    if len(data) > limits.size:
        raise RosterFileTooLarge("roster_file.too_large", got=len(data), limit=limits.size)
    if not data.strip():
        raise RosterFileRefused("roster_file.empty")
    tables = read_sheets(data, limits).values() if is_workbook(data) else [read_rows(data, limits)]
    names = {plain_text.compact(heading): name for name, said in columns.items() for heading in said}
    for rows in tables:
        for at, row in enumerate(rows[:_HEADING_WITHIN]):
            found = {
                names[heading]: position
                for position, cell in enumerate(row.cells)
                if (heading := plain_text.compact(as_text(cell))) in names
            }
            if all(name in found for name in needed):
                return (TableRow(one.number, _named(one, found)) for one in rows[at + 1 :])
    raise BadInput("table.no_heading", needed="、".join(columns[name][0] for name in needed))


def fen(text: str) -> int | None:
    """An amount in yuan as fen; None for what is none, or has more than two decimals."""
    try:
        amount = Decimal(text.replace(",", "").replace("，", "").removesuffix("元").strip()) * 100
    except InvalidOperation:
        return None
    return int(amount) if amount == amount.to_integral_value() and abs(amount) < 10**12 else None


def _named(row: RawRow, columns: Mapping[str, int]) -> dict[str, str]:
    return {
        name: plain_text.clean(as_text(row.cells[position])) if position < len(row.cells) else ""
        for name, position in columns.items()
    }
