"""`ledger entitlement`: who is paid what for a month, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.money import yuan
from ledger.cli.month import show_list
from ledger.cli.options import IdOption, Json, ProgrammeOption, SubjectOption, person
from ledger.errors import BadInput


def entitlement(
    month: Annotated[str, typer.Option("--month", help="YYYY-MM.")],
    id_: IdOption = None,
    subject: SubjectOption = None,
    community: Annotated[
        str | None, typer.Option("--community", help="Everyone on the list of the community of this code.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM", help="One person's months from this one on.")
    ] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Who is paid what for a month, and why: one person, or a community's list.

    Exit code 1: one person was asked about and nothing is payable.
    """
    if community is not None:
        if id_ or subject or since:
            raise BadInput("cli.one_reference")
        show_list(month, community, programme, changes=False, json=json)
        return
    service = Service.signed_in()
    query = {
        "subject": person(id_, subject).subject_id(service),
        "first": since or month,
        "last": month,
        "programme": programme,
    }
    found = service.call("GET", "/v1/entitlements", query=query)
    if json:
        output.show(found)
    else:
        columns = ("month", "state", "band", "amount", "settled", "reason")
        output.table(
            [output.say(f"cli.month.{name}") for name in columns], [_row(one) for one in found["months"]]
        )
    latest = found["months"][0]["state"] if found["months"] else "none"
    raise typer.Exit(0 if latest == "payable" else 1)


def _row(month: dict[str, Any]) -> tuple[str, ...]:
    reason = output.say(f"entitlement.reason.{month['reason']}")
    if month["since"]:
        reason = output.say("entitlement.since", reason=reason, day=month["since"])
    words = [reason]
    words += [
        f"{one['month']} {yuan(one['amount'])}: {output.say('entitlement.cause.' + one['cause'])}"
        for one in month["differences"]
    ]
    return (
        month["month"],
        output.say(f"entitlement.state.{month['state']}"),
        "" if month["band"] is None else str(month["band"]),
        yuan(month["amount"] or month["held"]),
        "" if month["settled"] is None else yuan(month["settled"]),
        "\n".join(words),
    )
