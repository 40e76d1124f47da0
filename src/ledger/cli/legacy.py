"""`ledger legacy import|reconcile|compare`: coming from the old platform."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.money import yuan
from ledger.cli.options import Json
from ledger.errors import BadInput

app = typer.Typer(help="Coming from the old platform.", no_args_is_help=True)

Table = Annotated[Path, typer.Argument(help="CSV or XLSX, as the old platform hands it out.")]
Out = Annotated[Path | None, typer.Option("--out", help="Write the report: .xlsx or .html.")]


@app.command("import")
def import_(file: Table, json: Json = False) -> None:
    """Take over its register and last certifications (method LEGACY, signed by the subdistrict)."""
    found = Service.signed_in().call("POST", "/v1/legacy/register", form={"file": _file(file)})
    if json:
        output.show(found)
    else:
        output.line(output.say("cli.roster.done", **found["imported"]["counts"]))
        output.line(output.say("cli.legacy.certified", count=found["certified"]))
        for one in found["refused"]:
            output.note(one["detail"])
    raise typer.Exit(1 if found["refused"] else 0)


@app.command()
def reconcile(file: Table, out: Out = None, json: Json = False) -> None:
    """Its register beside ours. Exit code 1: they differ."""
    _compare("/v1/legacy/reconciliation", file, out, json=json)


@app.command()
def compare(
    month: Annotated[str, typer.Argument(help="YYYY-MM.")], file: Table, out: Out = None, json: Json = False
) -> None:
    """A month as it paid it beside our lists. Exit code 1: they differ."""
    _compare(f"/v1/legacy/months/{month}", file, out, json=json)


def _compare(path: str, file: Path, out: Path | None, *, json: bool) -> None:
    from ledger.keys.files import write_private

    service = Service.signed_in()
    if out is not None:
        shape = "html" if out.suffix.lower() == ".html" else "xlsx"
        write_private(out, service.raw("POST", path, form={"file": _file(file), "as": shape}))
        output.line(output.say("statement.written", path=str(out)))
        return
    found = service.call("POST", path, form={"file": _file(file), "as": "json"})
    differing = [one for one in found["lines"] if one["standing"] != "both"]
    if json:
        output.show(found)
    else:
        output.fields(
            [
                (output.say(f"legacy.standing.{standing}"), str(count))
                for standing, count in found["counts"].items()
            ]
        )
        columns = ("standing", "name", "number", "theirs", "ours", "why")
        output.table(
            [output.say(f"legacy.column.{name}") for name in columns], [_row(one) for one in differing]
        )
    raise typer.Exit(1 if differing else 0)


def _row(line: dict[str, Any]) -> tuple[str, ...]:
    amounts = tuple("" if line[name] is None else yuan(line[name]) for name in ("theirs", "ours"))
    standing = output.say(f"legacy.standing.{line['standing']}")
    return (standing, line["name"], line["number"], *amounts, line["why"])


def _file(file: Path) -> tuple[str, bytes, str]:
    try:
        return (file.name, file.read_bytes(), "application/octet-stream")
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(file)) from error
