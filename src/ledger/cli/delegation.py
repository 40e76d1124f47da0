"""`ledger delegation add|end|list`: who may decide for a person."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import IdOption, Json, SubjectOption, end_of_day, person
from ledger.errors import BadInput

app = typer.Typer(help="Guardians and delegates: who may decide for a person.", no_args_is_help=True)


@app.command()
def add(
    kind: Annotated[str, typer.Option("--kind", help="guardian or delegate.")],
    name: Annotated[str, typer.Option("--name", help="Who it is; sealed.")],
    category: Annotated[list[str], typer.Option("--category", help="What they may decide about; repeat it.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day.")],
    evidence: Annotated[
        list[Path],
        typer.Option("--evidence", metavar="FILE", help="Scan that shows it; only its SHA-256 is sent."),
    ],
    id_: IdOption = None,
    subject: SubjectOption = None,
    relationship: Annotated[str | None, typer.Option("--relationship", help="To the person; sealed.")] = None,
    json: Json = False,
) -> None:
    """Record who may decide, about what, until when, and what shows it."""
    body = {
        **person(id_, subject).fields(),
        "kind": kind,
        "name": name,
        "relationship": relationship,
        "categories": category,
        "valid_until": end_of_day(until),
        "evidence": [_sha256(path) for path in evidence],
    }
    _done(Service.signed_in().call("POST", "/v1/delegations", json=body), "cli.added", json=json)


@app.command()
def end(
    delegation: Annotated[str, typer.Argument(help="Id, as `ledger delegation list` shows it.")],
    json: Json = False,
) -> None:
    """End a delegation at once."""
    path = f"/v1/delegations/{delegation}/end"
    _done(Service.signed_in().call("POST", path, json={}), "cli.ended", json=json)


@app.command("list")
def list_(id_: IdOption = None, subject: SubjectOption = None, json: Json = False) -> None:
    """A person's guardians and delegates, newest first."""
    service = Service.signed_in()
    subject_id = person(id_, subject).subject_id(service)
    found = list(service.pages("/v1/delegations", {"subject": subject_id}))
    if json:
        output.show({"delegations": found})
        return
    names = ("id", "kind", "name", "categories", "until", "in_force")
    output.table(
        [output.say(f"cli.delegation.{name}") for name in names],
        [
            (
                one["id"],
                output.say(f"grantor.{one['kind']}"),
                one["name"],
                ", ".join(one["categories"]),
                output.last_day(one["valid_until"]),
                output.say("cli.yes") if one["in_force"] else "",
            )
            for one in found
        ],
    )


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(path)) from error


def _done(delegation: dict[str, Any], message: str, *, json: bool) -> None:
    if json:
        output.show(delegation)
    else:
        output.line(output.say(message, name=delegation["id"]))
