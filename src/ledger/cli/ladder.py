"""`ledger ladder run|list|show|attempt`."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import IdOption, Json, ProgrammeOption, SubjectOption, iso_day, person

app = typer.Typer(help="What is done when a certification runs out.", no_args_is_help=True)


@app.command()
def run(json: Json = False) -> None:
    """Move everybody on who is to be moved on, as the service does every hour."""
    report = Service.signed_in().call("POST", "/v1/ladder/run")
    if json:
        output.show(report)
        return
    output.line(output.say("cli.ladder.report", opened=report["opened"]))
    for outcome, count in report["closed"].items():
        said = output.say(f"ladder.why.{outcome}").rstrip(".。")
        output.line(output.say("cli.ladder.closed", count=count, outcome=said))
    for name in ("taken", "standing"):
        for step, count in report[name].items():
            said = output.say(f"ladder_step.{step}")
            output.line(output.say(f"cli.ladder.{name}", count=count, step=said))


@app.command("list")
def list_(
    step: Annotated[str | None, typer.Option("--step", help="visit, video, grace or review.")] = None,
    community: Annotated[str | None, typer.Option("--community", help="Community's code.")] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Whom to visit or call, and who is in grace or before a reviewer."""
    query = {"step": step, "community": community, "programme": programme}
    found = list(Service.signed_in().pages("/v1/ladder", query))
    if json:
        output.show({"people": found})
        return
    output.table(
        [output.say(f"cli.ladder.{name}") for name in ("name", "step", "since", "until", "where")],
        [
            (
                one["name"],
                output.say(f"ladder_step.{one['step']}"),
                output.day(one["next_at"]),
                output.last_day(one["valid_until"]),
                one["institution"] or one["building"] or "",
            )
            for one in found
        ],
    )


@app.command()
def show(
    id_: IdOption = None,
    subject: SubjectOption = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """One person's steps with their dates and channels, and what comes next and why."""
    service = Service.signed_in()
    subject_id = person(id_, subject).subject_id(service)
    found = service.call("GET", f"/v1/subjects/{subject_id}/ladder", query={"programme": programme})
    if json:
        output.show(found)
        return
    for one in found["steps"]:
        output.line(
            f"{output.minute(one['at'])}  {output.say('ladder_step.' + one['step'])}  "
            f"{output.say('ladder_channel.' + one['channel'])}  "
            f"{output.say('ladder_outcome.' + one['outcome'])}"
        )
    why = output.say(f"ladder.why.{found['why']}", **found["params"])
    output.line(output.say("cli.ladder.next", step=output.say(f"ladder_step.{found['next_step']}"), why=why))


@app.command()
def attempt(
    ladder: Annotated[str, typer.Argument(help="Id of the ladder, as `ledger ladder list --json` shows it.")],
    step: Annotated[str, typer.Option("--step", help="visit or video.")] = "visit",
    left_notice: Annotated[
        bool, typer.Option("--left-notice", help="The visit left a notice with somebody.")
    ] = False,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Today by default.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark; sealed.")] = None,
) -> None:
    """A visit or call met nobody. Whoever was met is certified instead."""
    body = {
        "step": step,
        "outcome": "left_notice" if left_notice else "not_reached",
        "on": iso_day(on),
        "note": note,
    }
    Service.signed_in().call("POST", f"/v1/ladder/{ladder}/attempts", json=body)
