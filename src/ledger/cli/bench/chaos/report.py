"""The report of runs, as one HTML page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from html import escape

from ledger.cli.bench.chaos.plot import plot
from ledger.cli.bench.chaos.run import Outcome

_STYLE = """body{font:15px/1.5 sans-serif;max-width:1000px;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left}
td:nth-child(n+2){text-align:right;font-variant-numeric:tabular-nums}.bad{color:#b00020}
li{overflow-wrap:anywhere}"""
_SHOWN = 50


def report(outcomes: Sequence[Outcome]) -> str:
    """The page: for each run a table, a plot and what was violated."""
    seeds = ", ".join(str(seed) for seed in dict.fromkeys(one.seed for one in outcomes))
    parts = [
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Chaos, seed {seeds}</title>',
        f"<style>{_STYLE}</style><h1>Chaos, seed {seeds}</h1>",
    ]
    for outcome in outcomes:
        parts += [
            f"<h2>Seed {outcome.seed}, {outcome.profile}: {_verdict(outcome)}</h2>",
            _table(_rows(outcome)),
            plot(outcome.seen.rates, outcome.done, outcome.seconds),
            _violations(outcome),
        ]
    return "\n".join([*parts, "</html>\n"])


def _rows(outcome: Outcome) -> Iterable[tuple[str, str]]:
    seen = outcome.seen
    yield "load and faults", f"{outcome.seconds:,.0f} s"
    for kind, times in sorted(Counter(one.fault.kind for one in outcome.done).items()):
        spoilt = outcome.spoilt.get(kind)
        yield f"fault: {kind}", f"{times}" + (f" (requests spoilt: {spoilt:,})" if spoilt else "")
    if not outcome.disk_was_filled and outcome.profile == "embedded":
        yield "fault: fill-disk", "not done: this user may not mount a file system"
    yield "operations answered 202", f"{len(seen.operations):,}"
    for state, number in sorted(outcome.operations.items()):
        yield f"operations at the end: {state}", f"{number:,}"
    for code, number in seen.rejected.most_common(5):
        yield f"changes not taken: {code}", f"{number:,}"
    yield "look-ups answered", f"{len(seen.look_ups):,}"
    unknown = Counter(
        one.answer["reasons"][0]["code"] for one in seen.look_ups if one.answer["verdict"] == "UNKNOWN"
    )
    for code, number in unknown.most_common():
        yield f"look-ups answered UNKNOWN: {code}", f"{number:,}"
    for reason, number in Counter(f"{one.decision}: {one.reason}" for one in seen.decisions).most_common():
        yield f"decisions answered {reason}", f"{number:,}"
    yield "withdrawals answered 202", f"{len(seen.withdrawn):,}"
    yield "violations", f"{len(outcome.violations):,}"


def _table(rows: Iterable[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"


def _verdict(outcome: Outcome) -> str:
    if not outcome.violations:
        return "no violation"
    return f'<span class="bad">{len(outcome.violations)} violations</span>'


def _violations(outcome: Outcome) -> str:
    lines = [
        f"<li><b>{escape(one.rule)}</b>: {escape(one.detail)}</li>" for one in outcome.violations[:_SHOWN]
    ]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""
