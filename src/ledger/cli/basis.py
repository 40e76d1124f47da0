"""`ledger basis add|end|list`: the public register of statutory bases for sharing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.consent import Category, Consumer, Provider, Purpose
from ledger.cli.options import Json

app = typer.Typer(help="Statutory bases for sharing: a public register.", no_args_is_help=True)


@app.command()
def add(
    provider: Provider,
    consumer: Consumer,
    category: Category,
    purpose: Purpose,
    law: Annotated[str, typer.Option("--law", help="Act and article.")],
    days: Annotated[int, typer.Option("--days", help="For how long, from today.")] = 3650,
    json: Json = False,
) -> None:
    """Register a basis on the chain."""
    body = {"provider": provider, "consumer": consumer, "category": category, "purpose": purpose}
    added = Service.signed_in().call("POST", "/v1/bases", json={**body, "legal_reference": law, "days": days})
    _done(added, "cli.added", json=json)


@app.command()
def end(
    number: Annotated[int, typer.Argument(help="Number of the basis, as `ledger basis list` shows it.")],
    json: Json = False,
) -> None:
    """End a basis within seconds; it never grows longer again."""
    ended = Service.signed_in().call("POST", f"/v1/bases/{number}/end", json={})
    _done(ended, "cli.ended", json=json)


@app.command("list")
def list_(json: Json = False) -> None:
    """All that there ever were."""
    found = list(Service.signed_in().pages("/v1/bases"))
    if json:
        output.show({"bases": found})
        return
    names = ("number", "provider", "consumer", "category", "purpose", "until", "in_force", "law")
    output.table([output.say(f"cli.basis.{name}") for name in names], [_row(one) for one in found])


def _row(basis: dict[str, Any]) -> tuple[str, ...]:
    terms = basis["terms"]
    return (
        str(basis["number"]),
        terms["provider"],
        terms["consumer"],
        terms["category"],
        terms["purpose"],
        output.last_day(basis["valid_until"]),
        output.say("cli.yes") if basis["in_force"] else "",
        basis["legal_reference"],
    )


def _done(basis: dict[str, Any], message: str, *, json: bool) -> None:
    if json:
        output.show(basis)
    else:
        output.line(output.say(message, name=str(basis["number"])))
