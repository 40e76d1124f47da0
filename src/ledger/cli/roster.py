"""`ledger roster import FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json
from ledger.errors import BadInput

app = typer.Typer(help="Communities' lists of people.", no_args_is_help=True)

SHOWN = 10


@app.callback()
def _group() -> None:
    """Keeps `import` a command of its own while it is the only one."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX, as the community keeps it.")],
    community: Annotated[
        str | None, typer.Option("--community", help="Code of the community meant by rows that name none.")
    ] = None,
    problems: Annotated[
        Path | None, typer.Option("--problems", help="Where to save the workbook of the rows to be checked.")
    ] = None,
    json: Json = False,
) -> None:
    """Import a roster: good rows go in, every other row becomes a case to be checked."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(file)) from error
    service = Service.signed_in()
    form: dict[str, object] = {"file": (file.name, data, "application/octet-stream")}
    if community:
        form["community"] = community
    with output.console(stderr=True).status(output.say("cli.roster.importing", file=file.name)):
        found = service.call("POST", "/v1/subjects/import", form=form)
        if problems and found["workbook_url"]:
            problems.write_bytes(service.raw("GET", found["workbook_url"]))
    if json:
        output.show(found)
        return
    counts = found["counts"]
    output.line(output.say("cli.roster.done", **counts))
    for one in found["problems"][:SHOWN]:
        output.note(
            output.say("cli.roster.problem", place=f"{one['sheet']} {one['row']}", detail=one["detail"])
        )
    if counts["cases"]:
        output.note(
            output.say("cli.roster.saved", file=str(problems))
            if problems
            else output.say("cli.roster.save_hint")
        )
