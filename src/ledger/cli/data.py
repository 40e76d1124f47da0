"""`ledger data`: what the base registry releases about a person, to a department that may read it."""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.consent import Category, Purpose
from ledger.cli.decide import exit_code
from ledger.cli.options import Json, ProgrammeOption


def data(
    handle: Annotated[str, typer.Option("--handle", help="Your organisation's handle of the person.")],
    category: Category,
    purpose: Purpose,
    provider: Annotated[
        str | None, typer.Option("--provider", help="Whose registry; by default the one above the community.")
    ] = None,
    at_least: Annotated[
        int | None, typer.Option("--at-least", help="For age-band: is the person so many years old?")
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    receipt: Annotated[
        Path | None, typer.Option("--receipt", metavar="FILE", help="Keep the signed receipt in this file.")
    ] = None,
    json: Json = False,
) -> None:
    """Read one category about a person. Exit code 0 PERMIT, 1 DENY, 3 can't know."""
    found = Service.signed_in().call(
        "GET",
        f"/v1/data/{handle}",
        query={
            "category": category,
            "purpose": purpose,
            "provider": provider,
            "at_least": None if at_least is None else str(at_least),
            "programme": programme,
        },
    )
    decision = found["decision"]
    if receipt is not None:
        from ledger.keys.files import write_private

        write_private(receipt, json_module.dumps(found["receipt"], indent=1).encode() + b"\n")
    if json:
        output.show(found)
    else:
        rows = [
            (output.say("cli.decision"), decision["decision"]),
            (output.say("cli.reasons"), output.say(f"decision.{decision['reason_code']}")),
            (output.say("cli.receipt"), decision["receipt_id"]),
        ]
        rows += [(name, str(value)) for name, value in (found["data"] or {}).items()]
        output.fields(rows)
    raise typer.Exit(exit_code(decision["decision"], decision["reason_code"]))
