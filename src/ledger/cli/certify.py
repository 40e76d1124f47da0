"""`ledger certify`: certify, suspend, report a death … for one person or a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.certify_list import read_list
from ledger.cli.client import Service, exit_code_of
from ledger.cli.options import IdOption, Json, ProgrammeOption, SubjectOption, Wait, iso_day, person
from ledger.cli.wait import describe, wait
from ledger.errors import BadInput

BATCH = 1000
REFUSED = 4


def certify(
    id_: IdOption = None,
    subject: SubjectOption = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="CSV with a heading: identity_number or subject, and any of the options' names."
        ),
    ] = None,
    action: Annotated[
        str,
        typer.Option(
            "--action",
            help="certify, suspend, reinstate, report-death, confirm-death, rescind-death, revoke, close, "
            "authorise or handover.",
        ),
    ] = "certify",
    method: Annotated[
        str | None,
        typer.Option("--method", help="visit, institution, household, video, assisted, paper or legacy."),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day it happened; today by default.")
    ] = None,
    authorisation: Annotated[
        str | None, typer.Option("--authorisation", help="notified, consented or objected.")
    ] = None,
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Code of the community that becomes responsible.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why, for what takes something away.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A remark, sealed with the record.")] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option("--evidence", help="A file kept as evidence; only its SHA-256 is recorded."),
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    waiting: Wait = False,
    json: Json = False,
) -> None:
    """Record a change of one person's state, or of a list of people."""
    shared = {
        "action": action,
        "method": method,
        "occurred_on": iso_day(on),
        "authorisation": authorisation,
        "organisation": organisation,
        "reason": reason,
        "note": note,
        "evidence": [_sha256(path) for path in evidence or ()] or None,
    }
    if file is not None:
        if id_ or subject:
            raise BadInput("cli.one_reference")
        named = read_list(file)
    else:
        named = [person(id_, subject).fields()]
    defaults = {name: value for name, value in shared.items() if value is not None}
    items = [{**defaults, **one} for one in named]
    service = Service.signed_in()
    results = _submit(service, programme, items)
    raise typer.Exit(_finish(service, results, waiting=waiting, json=json))


def _submit(service: Service, programme: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    for start in range(0, len(items), BATCH):
        body = {"programme": programme, "items": items[start : start + BATCH]}
        results.extend(service.call("POST", "/v1/certifications", json=body, record=True)["operations"])
    return results


def _finish(service: Service, results: list[dict[str, Any]], *, waiting: bool, json: bool) -> int:
    accepted = [one["id"] for one in results if one["id"]]
    final = {one["id"]: one for one in wait(service, accepted)} if waiting and accepted else {}
    shown = [final.get(one["id"], one) for one in results]
    if json:
        output.show({"operations": shown})
    else:
        for position, one in enumerate(shown, start=1):
            if one["state"] == "rejected":
                output.note(output.say("cli.rejected", position=position, detail=one["error"]["detail"]))
            else:
                output.line(describe(one))
    rejected = [exit_code_of(one["error"]["status"]) for one in results if one["error"]]
    if len(results) == 1 and rejected:
        return rejected[0]
    return REFUSED if rejected or any(one["state"] == "refused" for one in shown) else 0


def _sha256(path: Path) -> str:
    import hashlib

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(path)) from error
