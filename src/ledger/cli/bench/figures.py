"""What a benchmark prints: figures, each with its ratio to a peer or a limit measured in the same run."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `ratio` is value / what `to` names, in the same unit and the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    to: str | None = None


def show(bench: str, figures: Sequence[Figure], *, as_json: bool) -> None:
    """Prints the figures to standard output, as a table or as one JSON object."""
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
    if as_json:
        rows = [asdict(figure) for figure in figures]
        print(json.dumps({"bench": bench, "machine": machine, "figures": rows}))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{bench} ({machine['cores']} cores, load {machine['load']})")
    for heading in ("figure", "value", "unit", "ratio", "to"):
        table.add_column(heading, justify="right" if heading in ("value", "ratio") else "left")
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.4g}"
        table.add_row(figure.name, f"{figure.value:,.6g}", figure.unit, ratio, figure.to or "")
    Console().print(table)
