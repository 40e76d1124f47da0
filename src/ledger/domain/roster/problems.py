"""Why a row is not good: one entry per cell, a message code with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.domain.roster.cells import RawRow, as_text, is_empty
from ledger.domain.roster.columns import Column


@dataclass(frozen=True, slots=True)
class CellProblem:
    """`code` is a message code; `params` fill its text and hold nothing of the person."""

    column: Column
    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row to be checked by a person (待核实): as it came, and what is wrong with it.

    `labels` are the headings as they stand in the file; `community` is the code of the community responsible,
    where that much could be read.
    """

    sheet: str
    labels: tuple[str, ...]
    row: RawRow
    problems: tuple[CellProblem, ...]
    community: str | None

    @property
    def labelled(self) -> dict[str, str]:
        """The filled cells as text by heading, or by `#` and position where a column has none."""
        return {
            (self.labels[at] if at < len(self.labels) else "") or f"#{at + 1}": as_text(cell)
            for at, cell in enumerate(self.row.cells)
            if not is_empty(cell)
        }

    def as_record(self) -> dict[str, Any]:
        """A JSON value from which `from_record` makes the row again, its cells as text."""
        return {
            "sheet": self.sheet,
            "labels": list(self.labels),
            "number": self.row.number,
            "cells": [as_text(cell) for cell in self.row.cells],
            "problems": [
                {"column": str(problem.column), "code": problem.code, "params": dict(problem.params)}
                for problem in self.problems
            ],
            "community": self.community,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> FaultyRow:
        """The row that `as_record` was asked of."""
        problems = (CellProblem(Column(p["column"]), p["code"], p["params"]) for p in record["problems"])
        return cls(
            sheet=record["sheet"],
            labels=tuple(record["labels"]),
            row=RawRow(record["number"], tuple(record["cells"])),
            problems=tuple(problems),
            community=record["community"],
        )
