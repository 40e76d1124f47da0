"""Plots as inline SVG, drawn for one column of a page, each beside the table of its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 720, 220
_LEFT, _BOTTOM, _TOP, _RIGHT = 60, 36, 10, 12
# Okabe and Ito's palette: told apart also by those who see few colours, and in grey.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
_MOST_COLUMNS = 60
_WIDEST = 56.0


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing, its title, and its values: `rows` of a label and a value for each of `series`."""

    title: str
    series: Sequence[str]
    rows: Sequence[tuple[str, Sequence[int]]]
    svg: Markup
    labelled: bool = False
    """Whether the values are written in the drawing, so that print does without their table."""


def columns(title: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> Plot:
    """Stacked columns, one for each row; of more than fit, neighbours are added up."""
    drawn = _merged(rows)
    labels = [label for label, _ in drawn]
    top = _round_up(max((sum(values) for _, values in drawn), default=0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(drawn))
    width = min(0.8 * step, _WIDEST)
    parts = []
    for place, (label, values) in enumerate(drawn):
        below = 0.0
        for number, value in enumerate(values):
            height = _scale(value, top)
            if height:
                x, y = _LEFT + (place + 0.5) * step - width / 2, _HEIGHT - _BOTTOM - below - height
                parts.append(
                    f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
                    f' fill="{COLOURS[number % len(COLOURS)]}">'
                    f"<title>{escape(label)}: {value:,}</title></rect>"
                )
            below += height
    return Plot(title, series, rows, _frame(title, parts, top, labels=labels, step=step, series=series))


def line(title: str, name: str, points: Sequence[tuple[str, int]]) -> Plot:
    """One line through values in order."""
    top = _round_up(max((value for _, value in points), default=0))
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(points))
    places = [
        (_LEFT + (place + 0.5) * step, _HEIGHT - _BOTTOM - _scale(value, top))
        for place, (_, value) in enumerate(points)
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts = [f'<polyline points="{path}" fill="none" stroke="{COLOURS[0]}" stroke-width="2"/>']
    if len(places) <= _MOST_COLUMNS:
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[0]}"/>' for x, y in places]
    rows = [(label, (value,)) for label, value in points]
    labels = [label for label, _ in points]
    return Plot(title, (name,), rows, _frame(title, parts, top, labels=labels, step=step))


def bars(title: str, name: str, rows: Sequence[tuple[str, int]]) -> Plot:
    """Bars from left to right, each with its label and value written on it."""
    top = max((value for _, value in rows), default=0) or 1
    height, left = 24, 190
    parts = []
    for place, (label, value) in enumerate(rows):
        y = place * height + 4
        width = (_WIDTH - left - 90) * value / top
        parts.append(
            f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{escape(label[:26])}</text>'
            f'<rect x="{left}" y="{y}" width="{width:.1f}" height="16" fill="{COLOURS[0]}"/>'
            f'<text x="{left + width + 6:.1f}" y="{y + 13}">{value:,}</text>'
        )
    size = f'viewBox="0 0 {_WIDTH} {len(rows) * height + 8}"'
    svg = Markup(f'<svg {size} role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>')  # noqa: S704
    return Plot(title, (name,), [(label, (value,)) for label, value in rows], svg, labelled=True)


def _frame(
    title: str,
    parts: Sequence[str],
    top: int,
    *,
    labels: Sequence[str],
    step: float,
    series: Sequence[str] = (),
) -> Markup:
    """Axes, four lines to read values by, labels where there is room, and the series' colours."""
    drawn = []
    for quarter in range(5):
        y = _HEIGHT - _BOTTOM - _scale(top * quarter / 4, top)
        drawn.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ccc"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{round(top * quarter / 4):,}</text>'
        )
    every = max(1, ceil(len(labels) * 84 / (_WIDTH - _LEFT - _RIGHT)))
    for place in range(0, len(labels), every):
        x = _LEFT + (place + 0.5) * step
        drawn.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - 18}" text-anchor="middle">{escape(labels[place])}</text>'
        )
    if len(series) > 1:
        x = float(_LEFT)
        for number, name in enumerate(series):
            colour = COLOURS[number % len(COLOURS)]
            drawn.append(
                f'<rect x="{x:.0f}" y="{_HEIGHT - 10}" width="10" height="10" fill="{colour}"/>'
                f'<text x="{x + 14:.0f}" y="{_HEIGHT - 1}">{escape(name)}</text>'
            )
            x += 30 + sum(13 if ord(letter) > 0x2E80 else 7 for letter in name)
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT + 4}"'
    inner = "".join((*drawn, *parts))
    return Markup(f'<svg {size} role="img" aria-label="{escape(title)}">{inner}</svg>')  # noqa: S704


def _merged(rows: Sequence[tuple[str, Sequence[int]]]) -> list[tuple[str, list[int]]]:
    size = max(1, ceil(len(rows) / _MOST_COLUMNS))
    return [
        (rows[start][0], [sum(column) for column in zip(*(values for _, values in part), strict=True)])
        for start in range(0, len(rows), size)
        if (part := rows[start : start + size])
    ]


def _scale(value: float, top: float) -> float:
    return (_HEIGHT - _BOTTOM - _TOP) * value / top


def _round_up(value: int) -> int:
    """The next number that is round and a multiple of four: 4, 8, 12, 16, 20, 40, 60, 80, 100, 120 …"""
    if value <= 8:
        return 4 if value <= 4 else 8
    power: int = max(10, 10 ** int(log10(value)))
    return next(top for factor in (12, 16, 20, 40, 60, 80, 100) if (top := factor * power // 10) >= value)
