"""Puts the report together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import resources

from jinja2 import Environment, StrictUndefined

from ledger.audit.report import plots
from ledger.audit.report.activity import Activity
from ledger.audit.report.plots import Plot
from ledger.audit.result import Result
from ledger.chain.deployment import Deployment
from ledger.domain.codes import ConsentStatus, Scheme
from ledger.domain.programmes import shipped

_BUCKETS = (1, 2, 5, 10, 30, 60, 300, 3600)
_WEEK = 7 * 86_400
_MOST_ROWS = 20

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is made of. `by` is who audits, `made_at` unix seconds, `to_final` sorted seconds."""

    result: Result
    deployment: Deployment
    activity: Activity
    source: str
    by: str
    made_at: int
    to_final: Sequence[float] = field(default_factory=list)


def render(report: Report, say: Say, locale: str) -> str:
    """One HTML file, with nothing to fetch. `say` gives texts in the language of `locale`."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"moment": _moment, "number": lambda value: f"{value:,}"}
    template = environment.from_string(
        resources.files("ledger.audit.report").joinpath("report.html").read_text("utf-8")
    )
    return template.render(
        report=report,
        result=report.result,
        groups=list(report.result.findings.groups()),
        plots=_plots(report, say, locale),
        steps=range(1, 17),
        say=say,
        locale=locale,
    )


def _plots(report: Report, say: Say, locale: str) -> list[Plot]:
    activity = report.activity
    drawn: list[Plot] = []
    if activity.records:
        schemes = sorted({scheme for _, _, _, scheme in activity.records})
        names = [say(f"audit.report.scheme_{Scheme(scheme).name.lower()}") for scheme in schemes]
        weekly = [
            (
                _day(week),
                [
                    sum(n for key, n in activity.records.items() if key[0] == week and key[3] == scheme)
                    for scheme in schemes
                ],
            )
            for week in _weeks([week for week, *_ in activity.records])
        ]
        drawn.append(plots.columns(say("audit.report.records_by_week"), names, weekly))
        by_organisation = _totals(
            ((activity.organisations.get(key[1], str(key[1])), n) for key, n in activity.records.items())
        )
        drawn.append(
            plots.bars(say("audit.report.by_organisation"), say("audit.report.records"), by_organisation)
        )
        programmes = _programmes(activity, say, locale)
        by_programme = _totals((programmes[key[2]], n) for key, n in activity.records.items())
        drawn.append(plots.bars(say("audit.report.by_programme"), say("audit.report.records"), by_programme))
    if report.result.pinned and (standing := activity.in_force(report.result.pinned.time)):
        points = [(_day(week), count) for week, count in standing]
        drawn.append(plots.line(say("audit.report.in_force"), say("audit.report.certifications"), points))
    if activity.consents:
        statuses = [ConsentStatus.GIVEN, ConsentStatus.REFUSED, ConsentStatus.WITHDRAWN]
        names = [say(f"audit.report.consent_{status.name.lower()}") for status in statuses]
        weekly = [
            (_day(week), [activity.consents[week, status] for status in statuses])
            for week in _weeks([week for week, _ in activity.consents])
        ]
        drawn.append(plots.columns(say("audit.report.consents_by_week"), names, weekly))
    if report.to_final:
        drawn.append(_finality(report.to_final, say))
    return drawn


def _programmes(activity: Activity, say: Say, locale: str) -> dict[int, str]:
    """The programmes' names: of one whose rules are a shipped file's by hash, what the file calls it."""
    names = {one.rules_hash.hex(): one.name.text(locale) for one in shipped()}
    return {
        number: names.get(activity.rules.get(number, ""), say("audit.report.programme", number=number))
        for _, _, number, _ in activity.records
    }


def _finality(seconds: Sequence[float], say: Say) -> Plot:
    rows, below = [], 0.0
    for bound in (*_BUCKETS, float("inf")):
        count = sum(1 for one in seconds if below <= one < bound)
        label = f"< {bound} s" if bound != float("inf") else f"≥ {_BUCKETS[-1]} s"
        rows.append((label, count))
        below = bound
    while rows[-1][1] == 0:
        rows.pop()
    median, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    title = say("audit.report.to_final", median=f"{median:.2f}", p99=f"{p99:.2f}")
    return plots.bars(title, say("audit.report.records"), rows)


def _totals(pairs: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for name, count in pairs:
        totals[name] = totals.get(name, 0) + count
    return sorted(totals.items(), key=lambda pair: -pair[1])[:_MOST_ROWS]


def _weeks(seen: Sequence[int]) -> range:
    return range(min(seen), max(seen) + 1, _WEEK)


def _day(moment: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(moment + 8 * 3600))


def _moment(moment: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(moment + 8 * 3600))
