"""Throughput over time as an SVG, with the faults marked. Its texts stay text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from ledger.cli.bench.chaos.injector import Done
from ledger.cli.bench.chaos.schedule import KILLS, Kind

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 960, 300, 50, 40, 30
_LINES = {"accepted": "#1f5fa8", "look-ups": "#2a8a4a", "decisions": "#8a5fb0"}
_MARKS = {"kill": "#c22f2f", "reorganisation": "#d98a00", "other": "#8a8a8a"}


def plot(rates: Mapping[str, Mapping[int, int]], done: Sequence[Done], seconds: float) -> str:
    """Rates per second by what was counted; faults as bars, those that last as wide as they last."""
    length = max(1, int(seconds))
    highest = max((count for line in rates.values() for count in line.values()), default=1)
    wide, high = _WIDTH - _LEFT - 10, _HEIGHT - _TOP - _BOTTOM

    def x(second: float) -> float:
        return _LEFT + wide * min(second, length) / length

    def y(count: float) -> float:
        return _TOP + high * (1 - count / highest)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif"',
        ' font-size="12" role="img" aria-label="Throughput over time">',
    ]
    for one in done:
        fault = one.fault
        width = max(1.5, x(one.at + fault.lasts) - x(one.at))
        parts.append(
            f'<rect x="{x(one.at):.1f}" y="{_TOP}" width="{width:.1f}" height="{high}" '
            f'fill="{_MARKS[_mark(fault.kind)]}" opacity="{0.2 if fault.lasts else 0.8}">'
            f"<title>{one.at:.1f} s {escape(fault.kind)} {fault.amount}</title></rect>"
        )
    for share in (0.0, 0.5, 1.0):
        at = y(highest * share)
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ccc"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{highest * share:.0f}</text>')
    for name, colour in _LINES.items():
        line = rates.get(name, {})
        points = " ".join(f"{x(s + 0.5):.1f},{y(line.get(s, 0)):.1f}" for s in range(length))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
    legend = {**{f"{name} per s": colour for name, colour in _LINES.items()}, **_MARKS}
    for position, (name, colour) in enumerate(legend.items()):
        at = _LEFT + position * 150
        parts.append(f'<rect x="{at}" y="10" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{at + 18}" y="20">{name}</text>')
    parts += [
        f'<text x="{x(second):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">{second:.0f} s</text>'
        for second in (0, length / 4, length / 2, 3 * length / 4, length)
    ]
    return "\n".join([*parts, "</svg>"])


def _mark(kind: Kind) -> str:
    if kind in KILLS:
        return "kill"
    return "reorganisation" if kind is Kind.REORGANISE else "other"
