"""`ledger bench chaos`."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.chaos.run import Outcome


def chaos(
    seed: Annotated[int, typer.Option("--seed", help="What the faults and the load are drawn from.")] = 1,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.2, help="Of load and faults, shared by the profiles.")
    ] = 1.5,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="PROFILE", help="embedded, depth or parts; all by default."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Where to write the HTML report.")
    ] = None,
    json: Json = False,
    write: Write = False,
) -> None:
    """Break the service under load, and check that nothing accepted was lost and no answer was false.

    Exit code 1 if anything was violated; what the service left behind is then kept.
    """
    from ledger.cli.bench.chaos import report as pages
    from ledger.cli.bench.chaos.run import run
    from ledger.cli.bench.chaos.schedule import Profile

    if only is not None and only not in list(Profile):
        raise typer.BadParameter("--only takes embedded, depth or parts")
    profiles = [Profile(only)] if only else list(Profile)
    folder = Path(tempfile.mkdtemp(prefix="ledger-chaos-"))
    outcomes = [
        run(profile, seed, minutes * 60 / len(profiles), folder / profile, output.note)
        for profile in profiles
    ]
    if report is not None:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(pages.report(outcomes), encoding="utf-8")
    show("chaos", _figures(outcomes), as_json=json, write=write)
    violations = [one for outcome in outcomes for one in outcome.violations]
    for violation in violations[:20]:
        output.note(f"{violation.rule}: {violation.detail[:2000]}")
    if violations:
        output.note(f"seed {seed}: {len(violations)} violations; kept in {folder}")
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _figures(outcomes: list[Outcome]) -> list[Figure]:
    from ledger.cli.bench.chaos.schedule import KILLS, Kind

    done = [one.fault.kind for outcome in outcomes for one in outcome.done]
    return [
        Figure("chaos.kills", sum(kind in KILLS for kind in done), "kills"),
        Figure("chaos.reorganisations", done.count(Kind.REORGANISE), "reorganisations"),
        Figure("chaos.spoilt_requests", sum(one.spoilt.total() for one in outcomes), "requests"),
        Figure(
            "chaos.cut_replies",
            sum(one.spoilt[kind] for one in outcomes for kind in (Kind.DROP_REPLY, Kind.TRUNCATE)),
            "replies",
        ),
        Figure("chaos.operations", sum(len(one.seen.operations) for one in outcomes), "operations"),
        Figure("chaos.look_ups", sum(len(one.seen.look_ups) for one in outcomes), "look-ups"),
        Figure("chaos.decisions", sum(len(one.seen.decisions) for one in outcomes), "decisions"),
        Figure("chaos.violations", sum(len(one.violations) for one in outcomes), "violations"),
    ]
