"""`ledger revisit draw|list|found`."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, ProgrammeOption

app = typer.Typer(help="Second visits to people whom signals certified.", no_args_is_help=True)


@app.command()
def draw(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The month to draw for.")],
    seed: Annotated[str, typer.Option("--seed", help="Public, so that anybody can draw the same again.")],
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Draw a month's visits: at most two a worker, none in a community of their own."""
    body = {"month": month, "seed": seed, "programme": programme}
    drawn = Service.signed_in().call("POST", "/v1/revisits/draw", json=body)
    if json:
        output.show(drawn)
        return
    code = "errors.drawn" if drawn["new"] else "errors.drawn_before"
    output.line(output.say(code, visits=drawn["visits"], month=month))


@app.command("list")
def list_(json: Json = False) -> None:
    """The visits that you are to make."""
    found = Service.signed_in().call("GET", "/v1/revisits")["items"]
    if json:
        output.show({"revisits": found})
        return
    output.table(
        [output.say(f"cli.revisit.{name}") for name in ("id", "name", "where", "month")],
        [
            (one["id"], one["name"], f"{one['community']} {one['building']} {one['address']}", one["month"])
            for one in found
        ],
    )


@app.command()
def found(
    visit: Annotated[str, typer.Argument(help="Id of the visit, as `ledger revisit list` shows it.")],
    outcome: Annotated[str, typer.Option("--as", help="alive, dead or not_met.")],
    note: Annotated[str | None, typer.Option("--note", help="A remark; sealed.")] = None,
) -> None:
    """Say what a visit found."""
    body = {"outcome": outcome, "note": note}
    Service.signed_in().call("POST", f"/v1/revisits/{visit}", json=body)
