"""`ledger seamless report`: both error rates of seamless certification."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, ProgrammeOption

ENOUGH, LATE_DAYS = 300, 60


def report(
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write it as a page with its plots.")
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """How often seamless certification is wrong, both ways, per version of the rules."""
    found = Service.signed_in().call("GET", "/v1/seamless/errors", query={"programme": programme})
    if html is not None:
        _write(found, html)
        output.note(output.say("errors.saved", file=str(html)))
    if json:
        output.show(found)
        return
    output.line(output.say("errors.note", enough=ENOUGH))
    output.table(_headings(), [*_false_alive(found), *_false_dead(found)])


def _headings() -> list[str]:
    return [
        output.say(f"errors.{name}") for name in ("rules", "measure", "hits", "total", "share", "interval")
    ]


def _false_alive(found: dict[str, Any]) -> Iterator[list[str]]:
    for rules in found["rules"]:
        name = rules["rules_hash"][:10]
        shown = output.say("errors.current", hash=name) if rules["current"] else name
        for measure in ("dead", "dead_late", "revisited"):
            yield [shown, output.say(f"errors.{measure}", days=LATE_DAYS), *_rate(rules[measure])]


def _false_dead(found: dict[str, Any]) -> Iterator[list[str]]:
    for measure in ("struck_off", "reported"):
        yield ["", output.say(f"errors.{measure}"), *_rate(found[measure])]


def _rate(rate: dict[str, Any]) -> list[str]:
    share = "—" if rate["value"] is None else f"{rate['value']:.3%}"
    interval = f"{rate['low']:.3%}–{rate['high']:.3%}"
    if rate["too_few"]:
        interval = f"{interval}, {output.say('errors.too_few')}"
    return [f"{rate['hits']:,}", f"{rate['total']:,}", share, interval]


def _write(found: dict[str, Any], path: Path) -> None:
    from ledger.audit.report import plots
    from ledger.cli.report_page import ReportPage, Section, write

    alive, dead = list(_false_alive(found)), list(_false_dead(found))
    bounds = [
        (output.say(f"errors.{measure}", days=LATE_DAYS), round(rate["high"] * 10_000))
        for rules in found["rules"]
        if rules["current"]
        for measure in ("dead", "dead_late", "revisited")
        if (rate := rules[measure])
    ]
    bounds += [
        (output.say(f"errors.{measure}"), round(found[measure]["high"] * 10_000))
        for measure in ("struck_off", "reported")
    ]
    page = ReportPage(
        title=output.say("errors.title"),
        note=output.say("errors.note", enough=ENOUGH),
        sections=[
            Section(output.say("errors.false_alive"), _headings(), alive),
            Section(output.say("errors.false_dead"), _headings(), dead),
        ],
        plots=[plots.bars(output.say("errors.upper"), output.say("errors.upper"), bounds)],
    )
    write(page, path, output.locale())
