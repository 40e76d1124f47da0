"""`ledger case list|show|open|note|assign|decide|look`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import IdOption, Json, ProgrammeOption, SubjectOption, iso_day, person

app = typer.Typer(help="What waits for a person to look at: appeals, deaths reported …", no_args_is_help=True)

CaseId = Annotated[str, typer.Argument(help="Id of the case, as `ledger case list` shows it.")]
_KINDS = "roster_row, death, appeal, not_enough_evidence, anomaly or identity."


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Option("--kind", help=_KINDS)] = None,
    community: Annotated[str | None, typer.Option("--community", help="Community's code.")] = None,
    state: Annotated[str, typer.Option("--state", help="open, resolved or all.")] = "open",
    mine: Annotated[bool, typer.Option("--mine", help="Only those assigned to me.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those past their deadline.")] = False,
    json: Json = False,
) -> None:
    """The queue, due first."""
    query = {
        "kind": kind,
        "community": community,
        "state": state,
        "mine": str(mine).lower(),
        "overdue": str(overdue).lower(),
        "limit": "200",
    }
    service = Service.signed_in()
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        page = service.call("GET", "/v1/cases", query={**query, "cursor": cursor})
        found.extend(page["cases"]["cases"])
        cursor = page["next"]
        if cursor is None:
            break
    if json:
        output.show({"cases": found})
        return
    names = ("id", "kind", "about", "opened", "deadline", "state", "with")
    output.table([output.say(f"cli.case.{name}") for name in names], [_row(one) for one in found])


@app.command()
def show(case: CaseId, json: Json = False) -> None:
    """One case with its story."""
    found = Service.signed_in().call("GET", f"/v1/cases/{case}")
    if json:
        output.show(found)
        return
    names = ("id", "kind", "about", "opened", "deadline", "state", "with")
    rows = [
        (output.say(f"cli.case.{name}"), value)
        for name, value in zip(names, _row(found["case"]), strict=True)
    ]
    if found["text"]:
        rows.append((output.say("console.cases.text"), found["text"]))
    outcomes = ", ".join(found["outcomes"]) or output.say(found["hindrance"])
    output.fields([*rows, (output.say("cli.case.outcomes"), outcomes)])
    for event in found["events"]:
        said = event["text"] or ", ".join(str(value) for value in event["detail"].values())
        output.line(
            f"{output.minute(event['at'])}  {output.say('case.event.' + event['kind'])}  "
            f"{event['organisation'] or ''}  {said}"
        )


@app.command("open")
def open_(
    text: Annotated[str, typer.Option("--text", help="What is asked or objected to, in words.")],
    id_: IdOption = None,
    subject: SubjectOption = None,
    kind: Annotated[str, typer.Option("--kind", help="appeal, identity or anomaly.")] = "appeal",
    channel: Annotated[
        str, typer.Option("--channel", help="counter, phone, letter, visit, family or online.")
    ] = "counter",
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Open an appeal or another question about a person."""
    body = {
        **person(id_, subject).fields(),
        "kind": kind,
        "text": text,
        "channel": channel,
        "programme": programme,
    }
    opened = Service.signed_in().call("POST", "/v1/cases", json=body, record=True)
    if json:
        output.show(opened)
        return
    code = "cli.case.opened_now" if opened["new"] else "cli.case.open_already"
    output.line(output.say(code, id=opened["id"]))


@app.command()
def note(
    case: CaseId,
    text: Annotated[str, typer.Option("--text", help="The remark; sealed.")],
) -> None:
    """Add a remark."""
    Service.signed_in().call("POST", f"/v1/cases/{case}/notes", json={"text": text})
    output.line(output.say("cli.case.noted", id=case))


@app.command()
def assign(
    case: CaseId,
    to: Annotated[str | None, typer.Option("--to", help="A user's login; yourself by default.")] = None,
) -> None:
    """Say who sees to a case."""
    Service.signed_in().call("POST", f"/v1/cases/{case}/assignment", json={"login": to})
    output.line(output.say("cli.case.assigned", id=case))


@app.command()
def decide(
    case: CaseId,
    outcome: Annotated[str, typer.Option("--as", help="One of what `ledger case show` lists.")],
    answer: Annotated[str, typer.Option("--answer", help="The reason, answered to whoever asked.")],
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="A confirmed death's date, if corrected.")
    ] = None,
    checked: Annotated[
        str | None, typer.Option("--checked", metavar="DATE", help="A stop's last check, within a week.")
    ] = None,
    json: Json = False,
) -> None:
    """Decide a case with a reasoned answer."""
    body = {
        "outcome": outcome,
        "answer": answer,
        "occurred_on": iso_day(on),
        "checked_on": iso_day(checked),
    }
    decided = Service.signed_in().call("POST", f"/v1/cases/{case}/decision", json=body)
    if json:
        output.show(decided)
        return
    shown = output.say(f"case.outcome.{decided['outcome']}")
    output.line(output.say("cli.case.decided", id=decided["id"], outcome=shown))


@app.command()
def look(json: Json = False) -> None:
    """Ask about what looks unusual, as the service does every day."""
    looked = Service.signed_in().call("POST", "/v1/anomalies/look")
    if json:
        output.show(looked)
        return
    output.line(output.say("errors.opened", opened=looked["opened"]))


def _row(case: dict[str, Any]) -> tuple[str, ...]:
    state = output.say(f"case.outcome.{case['outcome']}") if case["outcome"] else case["state"]
    return (
        case["id"],
        output.say(f"case.kind.{case['kind']}"),
        case["name"] or " ".join(case["cells"].values()),
        output.day(case["opened_at"]),
        output.day(case["deadline"]),
        state,
        case["assignee"] or "",
    )
