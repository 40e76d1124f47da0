"""`ledger person change|history|offer|moves|accept|decline|merge`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, iso_day
from ledger.errors import BadInput

app = typer.Typer(help="People as they are: corrected, moved, merged.", no_args_is_help=True)

Subject = Annotated[str, typer.Argument(help="Subject id.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; sealed with the record.")]
Move = Annotated[str, typer.Argument(help="Id of the move, as `ledger person moves` shows it.")]
_KINDS = (
    "name, identity_number, birth_date, paying_division, residence, building, mobility, contact, guardian "
    "or remark."
)


@app.command()
def change(
    subject: Subject,
    kind: Annotated[str, typer.Argument(help=_KINDS)],
    reason: Reason,
    field: Annotated[
        list[str],
        typer.Option("--set", metavar="FIELD=-", help="Repeated; `-` reads standard input."),
    ],
    version: Annotated[
        int | None, typer.Option("--version", help="The version you saw; asked of the service by default.")
    ] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Since when it is so.")] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="What was known never was true.")] = False,
    replaces: Annotated[int | None, typer.Option("--replaces", help="Id of the old contact.")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="SHA-256 of a document.")] = None,
    json: Json = False,
) -> None:
    """Correct one fact. What was before stays, with who changed it, when and why."""
    service = Service.signed_in()
    if version is None:
        version = service.call("GET", f"/v1/subjects/{subject}/changes")["version"]
    body: dict[str, Any] = {
        "version": version,
        "kind": kind,
        "value": dict(_pair(one) for one in field),
        "reason": reason,
        "on": iso_day(on),
        "was_wrong": wrong,
        "replaces": replaces,
        "evidence": evidence or [],
    }
    found = service.call("POST", f"/v1/subjects/{subject}/changes", json=body)
    if json:
        output.show(found)
    else:
        output.line(output.say("cli.person.version", version=found["version"]))


@app.command()
def history(subject: Subject, json: Json = False) -> None:
    """Every correction of a person."""
    found = Service.signed_in().call("GET", f"/v1/subjects/{subject}/changes")
    if json:
        output.show(found)
        return
    columns = ("version", "at", "kind", "before", "after", "who", "why")
    rows = [
        (
            str(one["version"]),
            output.minute(one["at"]),
            one["kind"],
            "; ".join(" ".join(each.values()) for each in one["before"]),
            " ".join(map(str, (one["after"] or {}).values())),
            f"{one['actor']} ({one['organisation']})",
            one["reason"],
        )
        for one in found["changes"]
    ]
    output.table([output.say(f"cli.person.column.{name}") for name in columns], rows)


@app.command()
def offer(
    subject: Subject,
    to: Annotated[str, typer.Option("--to", help="Code of the community that is to take the person over.")],
    reason: Reason,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Day of the move.")] = None,
    register: Annotated[bool, typer.Option("--register", help="The household register goes along.")] = False,
    json: Json = False,
) -> None:
    """Offer a person to another community."""
    body = {"to": to, "reason": reason, "effective_on": iso_day(on), "register_moves": register}
    found = Service.signed_in().call("POST", f"/v1/subjects/{subject}/moves", json=body)
    if json:
        output.show(found)
    else:
        output.line(found["move_id"])


@app.command()
def moves(json: Json = False) -> None:
    """Moves that wait for an answer."""
    found = Service.signed_in().call("GET", "/v1/moves")
    if json:
        output.show({"moves": found})
        return
    columns = ("move", "name", "from", "to", "on", "why")
    rows = [
        (one["id"], one["name"], one["origin"], one["destination"], one["effective_on"], one["reason"])
        for one in found
    ]
    output.table([output.say(f"cli.person.column.{name}") for name in columns], rows)


@app.command()
def accept(move: Move) -> None:
    """Take a person over."""
    Service.signed_in().call("POST", f"/v1/moves/{move}/accept")


@app.command()
def decline(move: Move) -> None:
    """Do not take a person over."""
    Service.signed_in().call("POST", f"/v1/moves/{move}/decline")


@app.command()
def merge(
    subject: Subject,
    duplicate: Annotated[str, typer.Option("--duplicate", help="Subject id of the other entry, which goes.")],
    reason: Reason,
) -> None:
    """Two entries are one person."""
    body = {"duplicate": duplicate, "reason": reason}
    Service.signed_in().call("POST", f"/v1/subjects/{subject}/merge", json=body)


def _pair(text: str) -> tuple[str, str]:
    name, given, value = text.partition("=")
    if not given:
        raise BadInput("cli.field_malformed", got=name[:40])
    return name, input() if value == "-" else value
