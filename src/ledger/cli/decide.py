"""`ledger decide`: may this be read about this person?"""

from __future__ import annotations

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.consent import Category, Consumer, Provider, Purpose
from ledger.cli.options import HandleOption, IdOption, Json, SubjectOption, person

CANNOT_KNOW = 3

ProofOption = Annotated[
    Path | None,
    typer.Option(
        "--proof", metavar="FILE", help="Write a proof of the consent to this file (see ledger verify)."
    ),
]


def decide(
    provider: Provider,
    category: Category,
    purpose: Purpose,
    consumer: Consumer = "",
    id_: IdOption = None,
    subject: SubjectOption = None,
    handle: HandleOption = None,
    proof: ProofOption = None,
    json: Json = False,
) -> None:
    """May this organisation read this about this person? Exit code 0 PERMIT, 1 DENY, 3 can't know."""
    body = {
        **person(id_, subject, handle).fields(),
        "provider": provider,
        "category": category,
        "purpose": purpose,
    }
    if consumer:
        body["consumer"] = consumer
    found = Service.signed_in().call("POST", "/v1/decisions", json={**body, "proof": proof is not None})
    if proof is not None:
        _keep(found["proof"], proof)
    if json:
        output.show(found)
    else:
        rows = [
            (output.say("cli.decision"), found["decision"]),
            (output.say("cli.reasons"), output.say(f"decision.{found['reason_code']}")),
            (output.say("cli.receipt"), found["receipt_id"]),
        ]
        if found["decision"] == "PERMIT":
            rows.insert(2, (output.say("console.valid_until"), output.last_day(found["valid_until"])))
        output.fields(rows)
    raise typer.Exit(exit_code(found["decision"], found["reason_code"]))


def _keep(proof: object, path: Path) -> None:
    """Writes a proof for its owner alone: whoever reads it can follow this consent for ever."""
    from ledger.keys.files import write_private

    if proof is None:
        output.note(output.say("cli.no_proof"))
        return
    write_private(path, json_module.dumps(proof, separators=(",", ":")).encode() + b"\n")
    output.note(output.say("cli.proof_kept", path=str(path)))


def exit_code(decision: str, reason: str) -> int:
    """0 yes, 1 no, 3 a no only because nothing can be known now."""
    if decision == "PERMIT":
        return 0
    return CANNOT_KNOW if reason == "cannot_know" else 1
