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
    seed: Annotated[
        list[int] | None,
        typer.Option(
            "--seed", help="What faults and load are drawn from; repeat it for more runs. 1 if none."
        ),
    ] = None,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.2, help="Of load and faults, shared by seeds and profiles.")
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
    runs = [(number, profile) for number in seed or [1] for profile in profiles]
    seconds = minutes * 60 / len(runs)
    outcomes: list[Outcome] = []
    for number, profile in runs:
        outcomes.append(run(profile, number, seconds, folder / f"{number}-{profile}", output.note))
        if report is not None:
            report.parent.mkdir(parents=True, exist_ok=True)
            report.write_text(pages.report(outcomes), encoding="utf-8")
    show("chaos", _figures(outcomes), as_json=json, write=write)
    violations = [one for outcome in outcomes for one in outcome.violations]
    for violation in violations[:20]:
        output.note(f"{violation.rule}: {violation.detail[:2000]}")
    if violations:
        output.note(f"{len(violations)} violations; kept in {folder}")
        raise typer.Exit(1)
    shutil.rmtree(folder)


def _figures(outcomes: list[Outcome]) -> list[Figure]:
    """Of all runs, and of each seed if there are several."""
    seeds = list(dict.fromkeys(one.seed for one in outcomes))
    figures = _summed("", outcomes)
    if len(seeds) > 1:
        for seed in seeds:
            figures += _summed(f".seed_{seed}", [one for one in outcomes if one.seed == seed])
    return figures


def _summed(suffix: str, outcomes: list[Outcome]) -> list[Figure]:
    from ledger.cli.bench.chaos.schedule import KILLS, Kind

    done = [one.fault.kind for outcome in outcomes for one in outcome.done]
    return [
        Figure(f"chaos.minutes{suffix}", sum(one.seconds for one in outcomes) / 60, "minutes"),
        Figure(f"chaos.kills{suffix}", sum(kind in KILLS for kind in done), "kills"),
        Figure(f"chaos.reorganisations{suffix}", done.count(Kind.REORGANISE), "reorganisations"),
        Figure(f"chaos.spoilt_requests{suffix}", sum(one.spoilt.total() for one in outcomes), "requests"),
        Figure(
            f"chaos.cut_replies{suffix}",
            sum(one.spoilt[kind] for one in outcomes for kind in (Kind.DROP_REPLY, Kind.TRUNCATE)),
            "replies",
        ),
        Figure(f"chaos.operations{suffix}", sum(len(one.seen.operations) for one in outcomes), "operations"),
        Figure(f"chaos.look_ups{suffix}", sum(len(one.seen.look_ups) for one in outcomes), "look-ups"),
        Figure(f"chaos.decisions{suffix}", sum(len(one.seen.decisions) for one in outcomes), "decisions"),
        Figure(f"chaos.violations{suffix}", sum(len(one.violations) for one in outcomes), "violations"),
    ]
