"""`ledger mandate give|revoke|list`: who of a family may read a person's statement."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import IdOption, Json, SubjectOption, end_of_day, person
from ledger.errors import BadInput

app = typer.Typer(help="Who of a family may read a person's statement.", no_args_is_help=True)


@app.command()
def give(
    reader: Annotated[str, typer.Option("--reader", help="Login of a user with the role family.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Its last day.")],
    scan: Annotated[list[Path], typer.Option("--scan", metavar="FILE", help="The scanned mandate.")],
    id_: IdOption = None,
    subject: SubjectOption = None,
    json: Json = False,
) -> None:
    """Record a written mandate."""
    try:
        evidence = [sha256(path.read_bytes()).hexdigest() for path in scan]
    except OSError as error:
        raise BadInput("mandate.scan_unreadable", reason=error.strerror or str(error)) from error
    body = {
        **person(id_, subject).fields(),
        "reader": reader,
        "valid_until": end_of_day(until),
        "evidence": evidence,
    }
    _show([Service.signed_in().call("POST", "/v1/mandates", json=body)], json=json)


@app.command()
def revoke(mandate: Annotated[str, typer.Argument(help="Mandate id.")], json: Json = False) -> None:
    """Take a mandate back, at once."""
    _show([Service.signed_in().call("POST", f"/v1/mandates/{mandate}/revoke")], json=json)


@app.command("list")
def list_(
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="Subject id.")], json: Json = False
) -> None:
    """Every mandate of a person."""
    found = Service.signed_in().call("GET", "/v1/mandates", query={"subject": subject})
    _show(found["items"], json=json)


def _show(found: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        output.show(found)
        return
    rows = [
        (
            one["id"],
            one["reader"],
            output.last_day(one["valid_until"]),
            output.say("mandate.in_force" if one["in_force"] else "mandate.ended"),
        )
        for one in found
    ]
    columns = [output.say(f"mandate.{name}") for name in ("id", "reader", "until", "state")]
    output.table(columns, rows)
