"""What a benchmark prints: figures, each with its ratio to a peer or a limit measured in the same run."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Write = Annotated[bool, typer.Option("--write", help="Put the figures into docs/benchmarks.md as well.")]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `ratio` is value / what `to` names, in the same unit and the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it was measured; `load` is that of the minute before, which is not the benchmark's own."""

    cores: int
    load: float


HEADINGS = ("figure", "value", "unit", "ratio", "to")
NUMERIC = ("value", "ratio")

# Read when the command starts, not when it ends: then it would tell of the benchmark.
_MACHINE = Machine(os.cpu_count() or 1, round(os.getloadavg()[0], 2))


def show(bench: str, figures: Sequence[Figure], *, as_json: bool, write: bool = False) -> None:
    """Prints the figures to standard output, as a table or as one JSON object.

    With `write` they replace the benchmark's section of docs/benchmarks.md as well. Raises Misconfigured
    `bench.no_page` outside of a checkout.
    """
    if write:
        from ledger.cli.bench.page import write_section

        write_section(bench, figures, _MACHINE)
    if as_json:
        rows = [asdict(figure) for figure in figures]
        print(json.dumps({"bench": bench, "machine": asdict(_MACHINE), "figures": rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{bench} ({_MACHINE.cores} cores, load {_MACHINE.load} before)")
    for heading in HEADINGS:
        table.add_column(heading, justify="right" if heading in NUMERIC else "left")
    for figure in figures:
        table.add_row(*row(figure))
    Console().print(table)


def row(figure: Figure) -> tuple[str, str, str, str, str]:
    """A figure as people read it, under `HEADINGS`."""
    ratio = "" if figure.ratio is None else _number(figure.ratio)
    return figure.name, _number(figure.value), figure.unit, ratio, figure.to or ""


def _number(value: float) -> str:
    """Four digits, or all of those before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
