"""`ledger erase`: erasing a person, decided by two organisations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json
from ledger.errors import BadInput


def erase(
    subject: Annotated[
        str | None, typer.Argument(help="Subject id; without one, the erasures so far.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", help="withdrawal-of-all-consents, purpose-fulfilled, unlawful-processing or law."
        ),
    ] = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Confirm what another organisation has asked for.")
    ] = False,
    certificate: Annotated[
        Path | None, typer.Option("--certificate", metavar="FILE", help="Write the signed certificate here.")
    ] = None,
    json: Json = False,
) -> None:
    """Ask for an erasure, or with --confirm confirm one as another organisation's reviewer.

    Until the archive duty ends the data is locked: stored, not used. Then the keys are destroyed.
    """
    service = Service.signed_in()
    if subject is None:
        found = service.call("GET", "/v1/erasures")["items"]
    elif confirm:
        found = [service.call("POST", f"/v1/erasures/{subject}/confirm")]
    elif reason is None:
        raise BadInput("erasure.reason_needed")
    else:
        found = [service.call("POST", "/v1/erasures", json={"subject": subject, "reason": reason})]
    if certificate is not None and len(found) == 1 and found[0]["certificate"]:
        certificate.write_text(found[0]["certificate"] + "\n", "utf-8")
    if json:
        output.show(found)
    else:
        _show(found)


def _show(found: list[dict[str, Any]]) -> None:
    say = output.say
    for one in found:
        output.fields(
            [
                (say("erasure.subject"), one["subject_id"]),
                (say("erasure.state"), say(f"erasure.state_{one['state']}")),
                (say("erasure.reason"), say(f"erasure.reason_{one['reason'].replace('-', '_')}")),
                (say("erasure.requested_by"), f"{one['requested_by']} {output.minute(one['requested_at'])}"),
                (
                    say("erasure.confirmed_by"),
                    f"{one['confirmed_by'] or '—'} {output.minute(one['confirmed_at'])}",
                ),
                (say("erasure.retain_until"), output.day(one["retain_until"])),
                (say("erasure.erased_at"), output.minute(one["erased_at"])),
            ]
        )
