"""`ledger apikey add|end|list`."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json

app = typer.Typer(help="API keys of departments.", no_args_is_help=True)


@app.command()
def add(
    organisation: Annotated[str, typer.Argument(help="Code of the department.")],
    label: Annotated[str, typer.Option("--label", help="What the key is for.")],
    scope: Annotated[
        list[str],
        typer.Option("--scope", help="verdict, decide, resolve, data, discreet or signal; may be repeated."),
    ],
    days: Annotated[int, typer.Option("--days", help="For how long.")] = 365,
    json: Json = False,
) -> None:
    """Make a key; it is printed this once."""
    body = {"organisation": organisation, "label": label, "scopes": scope, "days": days}
    made = Service.signed_in().call("POST", "/v1/api-keys", json=body)
    if json:
        output.show(made)
    else:
        output.note(output.say("console.api_keys.made", label=label))
        output.line(made["key"])


@app.command()
def end(key: Annotated[str, typer.Argument(help="The key's id.")], json: Json = False) -> None:
    """End a key."""
    ended = Service.signed_in().call("POST", f"/v1/api-keys/{key}/end")
    if json:
        output.show(ended)
    else:
        output.line(output.say("cli.ended", name=ended["id"]))


@app.command("list")
def list_(json: Json = False) -> None:
    """All keys, without their secrets."""
    found = list(Service.signed_in().pages("/v1/api-keys"))
    if json:
        output.show({"api_keys": found})
        return
    names = ("id", "label", "organisation", "scopes", "until")
    output.table(
        [output.say(f"cli.apikey.{name}") for name in names],
        [
            (
                one["id"],
                one["label"],
                one["organisation"],
                ", ".join(one["scopes"]),
                output.say("console.users.ended") if one["ended_at"] else output.day(one["expires_at"]),
            )
            for one in found
        ],
    )
