"""`ledger lookup`: is this person certified?"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import (
    HandleOption,
    IdOption,
    Json,
    ProgrammeOption,
    SubjectOption,
    end_of_day,
    person,
)

YES = frozenset({"VALID", "DUE", "GRACE"})
CANNOT_KNOW = 3


def lookup(
    id_: IdOption = None,
    subject: SubjectOption = None,
    handle: HandleOption = None,
    programme: ProgrammeOption = "senior-allowance",
    at: Annotated[
        str | None, typer.Option("--at", metavar="DATE", help="As the ledger stood at the end of a past day.")
    ] = None,
    json: Json = False,
) -> None:
    """Is this person certified, and may money flow?

    Exit code 0 for VALID, DUE and GRACE, 3 for UNKNOWN, 1 for every other verdict.
    """
    who = person(id_, subject, handle)
    service = Service.signed_in()
    path = f"/v1/handles/{handle}" if handle else f"/v1/subjects/{who.subject_id(service)}"
    found = service.call("GET", f"{path}/verdict", query={"programme": programme, "at": moment(at)})
    if json:
        output.show(found)
    else:
        _print(found)
    raise typer.Exit(exit_code(found["verdict"]))


def exit_code(verdict: str) -> int:
    """0 yes, 1 no, 3 can't know."""
    return 0 if verdict in YES else CANNOT_KNOW if verdict == "UNKNOWN" else 1


def moment(day: str | None) -> str | None:
    """The last second of a past day as RFC 3339; None, which is now, for today."""
    import time

    end = end_of_day(day)
    now = time.time()
    if end is None or end - 86_400 <= now < end:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end - 1))


def _print(found: dict[str, Any]) -> None:
    payable = {True: "yes", False: "no", None: "unknown"}[found["payable"]]
    rows = [
        (output.say("cli.verdict"), f"{found['verdict']}  {output.say('verdict.' + found['verdict'])}"),
        (output.say("console.payable.label"), output.say(f"console.payable.{payable}")),
        (
            output.say("cli.reasons"),
            " ".join(output.why(one["code"]) for one in found["reasons"]),
        ),
        (output.say("console.valid_until"), output.last_day(found["valid_until"])),
        (output.say("cli.revision"), str(found["revision"])),
    ]
    as_of = found["as_of"]
    if as_of:
        rows.append(
            (
                output.say("cli.as_of"),
                output.say(
                    "cli.block", block=as_of["block"], time=output.minute(as_of["time"]), hash=as_of["hash"]
                ),
            )
        )
    if found["pending"]:
        rows.append((output.say("cli.pending"), ", ".join(found["pending"])))
    output.fields(rows)
