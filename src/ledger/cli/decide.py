"""`ledger decide`: may this be read about this person?"""

from __future__ import annotations

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.consent import Category, Consumer, Provider, Purpose
from ledger.cli.options import HandleOption, IdOption, Json, SubjectOption, person

CANNOT_KNOW = 3


def decide(
    provider: Provider,
    category: Category,
    purpose: Purpose,
    consumer: Consumer = "",
    id_: IdOption = None,
    subject: SubjectOption = None,
    handle: HandleOption = None,
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
    found = Service.signed_in().call("POST", "/v1/decisions", json=body)
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


def exit_code(decision: str, reason: str) -> int:
    """0 yes, 1 no, 3 a no only because nothing can be known now."""
    if decision == "PERMIT":
        return 0
    return CANNOT_KNOW if reason == "cannot_know" else 1
