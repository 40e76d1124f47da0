"""The plots of `ledger bench history` as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.audit.report.plots import Plot, line

_STYLE = (
    "body { font: 15px/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; color: #1d2733 }"
    " svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: #1d2733 }"
    " th, td { text-align: right; padding: 0 1rem 0 0 }"
)


def render(sizes: Sequence[int], seconds: Sequence[float], mib: Sequence[float]) -> str:
    """Processors' time (seconds) and memory (MiB) by the number of records."""
    labels = ["0", *(f"{size:,}" for size in sizes)]
    took = [0, *(round(1_000 * one) for one in seconds)]
    resident = [0, *map(round, mib)]
    plots = [
        line("Processors' milliseconds of a replay by records", "ms", list(zip(labels, took, strict=True))),
        line("Largest resident memory by records", "MiB", list(zip(labels, resident, strict=True))[1:]),
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>ledger bench history</title>'
        f"<style>{_STYLE}</style><h1>ledger bench history</h1>{''.join(map(_figure, plots))}</html>\n"
    )


def _figure(plot: Plot) -> str:
    rows = "".join(f"<tr><td>{label}</td><td>{value:,}</td></tr>" for label, (value,) in plot.rows)
    heading = f"<tr><th>records</th><th>{plot.series[0]}</th></tr>"
    return f"<h2>{plot.title}</h2>{plot.svg}<table>{heading}{rows}</table>"
