"""`ledger signer add|end|distrust|list`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, end_of_day

app = typer.Typer(help="Organisations' signing keys.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(help="The key's address, 0x and 40 hex digits.")]


@app.command()
def add(
    organisation: Annotated[str, typer.Argument(help="Code of the organisation.")],
    days: Annotated[int, typer.Option("--days", help="For how long.")] = 730,
    json: Json = False,
) -> None:
    """Make a new key in the vault, register it, and end the one it replaces."""
    body = {"organisation": organisation, "days": days}
    _done(Service.signed_in().call("POST", "/v1/signers", json=body), "cli.added", json=json)


@app.command()
def end(address: Address, json: Json = False) -> None:
    """End a key now."""
    _done(Service.signed_in().call("POST", f"/v1/signers/{address}/end", json={}), "cli.ended", json=json)


@app.command()
def distrust(
    address: Address,
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="First day not relied on.")],
    json: Json = False,
) -> None:
    """Say that what a key signed since a day can't be relied on."""
    start = (end_of_day(since) or 0) - 86_400
    answer = Service.signed_in().call("POST", f"/v1/signers/{address}/distrust", json={"since": start})
    _done(answer, "cli.distrusted", json=json)


@app.command("list")
def list_(json: Json = False) -> None:
    """All keys, as they stand on the chain."""
    found = list(Service.signed_in().pages("/v1/signers"))
    if json:
        output.show({"signers": found})
        return
    names = ("address", "organisation", "from", "until", "distrusted", "held")
    output.table(
        [output.say(f"cli.signer.{name}") for name in names],
        [
            (
                one["address"],
                one["organisation"],
                output.day(one["valid_from"]),
                output.day(one["valid_until"]),
                output.day(one["distrusted_since"]) if one["distrusted_since"] else "",
                output.say("cli.yes") if one["held_here"] else "",
            )
            for one in found
        ],
    )


def _done(signer: dict[str, Any], message: str, *, json: bool) -> None:
    if json:
        output.show(signer)
    else:
        output.line(output.say(message, name=signer["address"]))
