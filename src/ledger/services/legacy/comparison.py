"""A comparison with the old platform, line by line, and as a workbook."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.styles import Font

from ledger.texts.messages import text


class Standing(StrEnum):
    """Where somebody is found."""

    BOTH = "both"
    DIFFERENT = "different"
    ONLY_THERE = "only_there"
    ONLY_HERE = "only_here"


@dataclass(frozen=True, slots=True)
class Line:
    """One person. Amounts in fen; `reason` and `causes` are the entitlement's codes."""

    standing: Standing
    name: str = field(repr=False)
    number: str = field(repr=False)
    row: int | None = None
    """In their file, from 1."""
    differs: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)
    """(field, there, here)"""
    theirs: int | None = None
    ours: int | None = None
    reason: str = ""
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody who is in one of the two. `month` where amounts are compared."""

    lines: tuple[Line, ...]
    month: str | None = None

    @property
    def counts(self) -> Mapping[str, int]:
        """How many stand where."""
        found = Counter(line.standing for line in self.lines)
        return {standing.value: found[standing] for standing in Standing}

    def workbook(self, locale: str) -> bytes:
        """A sheet of sums, then one for each standing."""
        book = Workbook()
        first = book.worksheets[0]
        first.title = text("legacy.sums", locale)
        for standing, count in self.counts.items():
            first.append([text(f"legacy.standing.{standing}", locale), count])
        first.column_dimensions["A"].width = 24
        columns = ("name", "number", "row", "theirs", "ours", "why")
        for standing in Standing:
            sheet = book.create_sheet(text(f"legacy.standing.{standing}", locale))
            sheet.append([text(f"legacy.column.{name}", locale) for name in columns])
            for cell in sheet[1]:
                cell.font = Font(bold=True)
            for letter, width in zip("ABCDEF", (12, 24, 8, 14, 14, 60), strict=True):
                sheet.column_dimensions[letter].width = width
            for line in self.lines:
                if line.standing is standing:
                    sheet.append(_cells(line, locale))
                    for cell in sheet[sheet.max_row][:2]:
                        cell.data_type = "s"
                        cell.quotePrefix = True
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()


def why(line: Line, locale: str) -> str:
    """The difference in words."""
    said = [
        text(f"legacy.differs.{name}", locale, there=there, here=here) for name, there, here in line.differs
    ]
    if line.reason and line.standing is not Standing.BOTH:
        said.append(text(f"entitlement.reason.{line.reason}", locale))
        said += [text(f"entitlement.cause.{cause}", locale) for cause in line.causes]
    return " ".join(said)


def _cells(line: Line, locale: str) -> list[str | int | float | None]:
    return [
        line.name,
        line.number,
        line.row,
        None if line.theirs is None else line.theirs / 100,
        None if line.ours is None else line.ours / 100,
        why(line, locale),
    ]
