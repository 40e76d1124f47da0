"""`ledger month open|list|check|confirm|accept|return|close|status|form|template|payments`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ledger.cli import month_files, output
from ledger.cli.client import Service
from ledger.cli.money import yuan
from ledger.cli.options import Json, ProgrammeOption
from ledger.errors import NotFound

app = typer.Typer(
    help="The month's work: from the communities' lists to civil affairs.", no_args_is_help=True
)
app.command("form")(month_files.form)
app.command("template")(month_files.template)
app.command("payments")(month_files.payments)

Month = Annotated[str, typer.Argument(help="YYYY-MM.")]
Community = Annotated[str, typer.Option("--community", help="Code of the community whose list it is.")]


@app.command("open")
def open_(month: Month, programme: ProgrammeOption = "senior-allowance", json: Json = False) -> None:
    """Civil affairs opens the month after the last one."""
    service = Service.signed_in()
    found = service.call("POST", "/v1/months", json={"month": month, "programme": programme})
    _show_status(found, json=json)


@app.command()
def status(
    month: Annotated[str | None, typer.Argument(help="YYYY-MM; the last one by default.")] = None,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """How far a month is, and who is late. Exit code 1: somebody is."""
    service = Service.signed_in()
    if month is None:
        opened = service.call("GET", "/v1/months", query={"programme": programme})["months"]
        if not opened:
            raise NotFound("month.none")
        month = opened[0]
    found = service.call("GET", f"/v1/months/{month}", query={"programme": programme})
    _show_status(found, json=json)
    raise typer.Exit(1 if not found["closed_at"] and any(one["is_late"] for one in found["lists"]) else 0)


@app.command("list")
def list_(
    month: Month,
    community: Community,
    changes: Annotated[
        bool, typer.Option("--changes", help="Only what differs from the month before.")
    ] = False,
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """A community's list: who is paid what, and why."""
    show_list(month, community, programme, changes=changes, json=json)


@app.command()
def check(
    month: Month, community: Community, programme: ProgrammeOption = "senior-allowance", json: Json = False
) -> None:
    """The community finds its list right."""
    _step(month, community, "check", programme, json=json)


@app.command()
def confirm(
    month: Month, community: Community, programme: ProgrammeOption = "senior-allowance", json: Json = False
) -> None:
    """The subdistrict confirms a checked list."""
    _step(month, community, "confirm", programme, json=json)


@app.command()
def accept(
    month: Month, community: Community, programme: ProgrammeOption = "senior-allowance", json: Json = False
) -> None:
    """Civil affairs accepts a confirmed list."""
    _step(month, community, "accept", programme, json=json)


@app.command("return")
def return_(
    month: Month, community: Community, programme: ProgrammeOption = "senior-allowance", json: Json = False
) -> None:
    """Give a list back to its community, to be drawn up anew."""
    _step(month, community, "return", programme, json=json)


@app.command()
def close(month: Month, programme: ProgrammeOption = "senior-allowance", json: Json = False) -> None:
    """Civil affairs closes a month; it stays as it is from then on."""
    service = Service.signed_in()
    found = service.call("POST", f"/v1/months/{month}/close?programme={programme}")
    if json:
        output.show(found)
        return
    output.fields([(output.say("cli.month.closed"), month), (output.say("cli.month.root"), found["root"])])


def show_list(month: str, community: str, programme: str, *, changes: bool, json: bool) -> None:
    """Prints a community's list."""
    service = Service.signed_in()
    lines: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        query = {
            "programme": programme,
            "changes_only": str(changes).lower(),
            "cursor": cursor,
            "limit": "200",
        }
        page = service.call("GET", f"/v1/months/{month}/lists/{community}", query=query)
        lines.extend(page["list"]["lines"])
        cursor = page["next"]
        if cursor is None:
            break
    found = {**page["list"], "lines": lines}
    if json:
        output.show(found)
        return
    columns = ("name", "number", "band", "amount", "difference", "total", "reason")
    output.table([output.say(f"cli.month.{name}") for name in columns], [_line(one) for one in lines])
    sums = {name: yuan(found[name]) for name in ("payable", "held", "difference")}
    output.line(output.say("cli.month.sums", people=found["paid_people"], **sums))
    for one in found["coming"]:
        coming = output.say(
            "cli.month.coming", month=one["month"], band=one["band"], amount=yuan(one["amount"])
        )
        output.line(f"{one['name']}: {coming}")


def _line(line: dict[str, Any]) -> tuple[str, ...]:
    words = [output.say(f"entitlement.reason.{line['reason']}")]
    words += [
        f"{one['month']} {yuan(one['amount'])}: {output.say('entitlement.cause.' + one['cause'])}"
        for one in line["differences"]
    ]
    return (
        line["name"],
        line["masked_number"],
        "" if line["band"] is None else str(line["band"]),
        yuan(line["amount"]),
        yuan(line["total"] - line["amount"]) if line["differences"] else "",
        yuan(line["total"]),
        "\n".join(words),
    )


def _step(month: str, community: str, step: str, programme: str, *, json: bool) -> None:
    service = Service.signed_in()
    service.call("POST", f"/v1/months/{month}/lists/{community}/{step}?programme={programme}")
    if json:
        output.show({"month": month, "community": community, "step": step})
        return
    done = output.say(f"month.done.{step}")
    output.line(output.say("cli.month.done", month=month, community=community, step=done))


def _show_status(found: dict[str, Any], *, json: bool) -> None:
    if json:
        output.show(found)
        return
    say = output.say
    rows = [(say("cli.month.month"), found["month"])]
    if found["closed_at"]:
        rows += [
            (say("cli.month.closed"), output.minute(found["closed_at"])),
            (say("cli.month.root"), "0x" + found["root"]),
            (say("cli.month.anchored"), say("cli.month.yes" if found["anchored"] else "cli.month.no")),
        ]
    output.fields(rows)
    columns = ("community", "state", "next", "due_on", "people", "payable", "difference")
    output.table(
        [say(f"cli.month.{name}") for name in columns], [_head(one, found) for one in found["lists"]]
    )


def _head(head: dict[str, Any], month: dict[str, Any]) -> tuple[str, ...]:
    late = f" ({output.say('cli.month.late')})" if head["is_late"] and not month["closed_at"] else ""
    done = bool(month["closed_at"])
    return (
        head["community"],
        output.say(f"month.state.{head['state']}"),
        "" if done else output.say(f"month.step_name.{head['next_step']}"),
        "" if done else head["due_on"] + late,
        "" if head["people"] is None else str(head["people"]),
        "" if head["payable"] is None else yuan(head["payable"]),
        "" if head["difference"] is None else yuan(head["difference"]),
    )
