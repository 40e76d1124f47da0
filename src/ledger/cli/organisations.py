"""`ledger org add|end|list`."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json

app = typer.Typer(help="Organisations, as registered on the chain.", no_args_is_help=True)


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="Division code, or a short code of a department.")],
    id_: Annotated[int, typer.Option("--id", help="Its number on the chain, below 2^20.")],
    name: Annotated[str, typer.Option("--name", help="Its name.")],
    kind: Annotated[
        str, typer.Option("--kind", help="county, subdistrict, community, department, engine or auditor.")
    ],
    parent: Annotated[str | None, typer.Option("--parent", help="Code of the organisation above.")] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(
            "--role", help="CERTIFIER, REVIEWER, REPORTER, ENGINE, RECORDER or AUDITOR; may be repeated."
        ),
    ] = None,
    pilot: Annotated[bool, typer.Option("--pilot", help="A pilot of seamless certification.")] = False,
    json: Json = False,
) -> None:
    """Register an organisation, with a signing key made in the vault."""
    body = {
        "id": id_,
        "code": code,
        "name": name,
        "kind": kind,
        "parent": parent,
        "roles": role or [],
        "seamless_pilot": pilot,
    }
    _done(Service.signed_in().call("POST", "/v1/organisations", json=body), "cli.added", json=json)


@app.command()
def end(code: Annotated[str, typer.Argument(help="The organisation's code.")], json: Json = False) -> None:
    """Make an organisation inactive: its keys sign no more."""
    _done(Service.signed_in().call("POST", f"/v1/organisations/{code}/end"), "cli.ended", json=json)


@app.command("list")
def list_(json: Json = False) -> None:
    """All organisations."""
    found = list(Service.signed_in().pages("/v1/organisations"))
    if json:
        output.show({"organisations": found})
        return
    names = ("id", "code", "name", "kind", "parent", "roles")
    output.table(
        [output.say(f"cli.org.{name}") for name in names],
        [
            (
                str(one["id"]),
                one["code"],
                one["name"],
                output.say(f"organisation_kind.{one['kind']}"),
                one["parent"] or "",
                ", ".join(one["roles"]),
            )
            for one in found
        ],
    )


def _done(organisation: dict[str, object], message: str, *, json: bool) -> None:
    if json:
        output.show(organisation)
    else:
        output.line(output.say(message, name=organisation["code"]))
