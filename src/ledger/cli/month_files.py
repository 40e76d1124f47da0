"""`ledger month form|template|payments`: forms out, templates and results in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json, ProgrammeOption
from ledger.errors import BadInput

_FORMS = "roster (发放花名册), changes (增减变动表), report (月报) or approval (审批表)."
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def form(
    kind: Annotated[str, typer.Argument(help=_FORMS)],
    file: Annotated[Path, typer.Argument(help="Where to write it: .xlsx, or .pdf to print it, or .html.")],
    month: Annotated[str | None, typer.Option("--month", help="YYYY-MM; not for an approval.")] = None,
    community: Annotated[str | None, typer.Option("--community", help="Community's code.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Subject id, for an approval.")] = None,
    programme: ProgrammeOption = "senior-allowance",
) -> None:
    """Fill a form into the template in use, and write it to a file."""
    from ledger.cli.pdf import print_page
    from ledger.keys.files import write_private

    if (kind == "approval") is (subject is None) or (kind != "approval" and month is None):
        raise BadInput("cli.form_of_what")
    path = f"/v1/subjects/{subject}/approval" if subject else f"/v1/months/{month}/forms/{kind}"
    as_page = file.suffix.lower() in {".pdf", ".html"}
    query = {"community": community, "programme": programme, "page": "true" if as_page else None}
    if subject:
        del query["community"]
    data = Service.signed_in().raw("GET", path, query=query)
    if file.suffix.lower() == ".pdf":
        print_page(data, file)
    else:
        write_private(file, data)
    output.line(output.say("statement.written", path=str(file)))


def template(
    kind: Annotated[str, typer.Argument(help=_FORMS)],
    file: Annotated[Path, typer.Argument(help="The workbook; with --save, where to write the one in use.")],
    save: Annotated[bool, typer.Option("--save", help="Write the template in use to the file.")] = False,
    json: Json = False,
) -> None:
    """Bring a template of one's own, checked cell by cell. Exit code 1: something is wrong with it."""
    service = Service.signed_in()
    if save:
        file.write_bytes(service.raw("GET", f"/v1/form-templates/{kind}"))
        return
    found = service.call("POST", f"/v1/form-templates/{kind}", form={"file": (file.name, _read(file), _XLSX)})
    if json:
        output.show(found)
    elif not found["problems"]:
        output.line(output.say("form_template.kept"))
    else:
        for one in found["problems"]:
            output.line(f"{one['sheet']} {one['cell']}: {one['detail']}".strip())
    raise typer.Exit(1 if found["problems"] else 0)


def payments(
    month: Annotated[str, typer.Argument(help="YYYY-MM.")],
    file: Annotated[Path, typer.Argument(help="CSV or XLSX: identity number, amount, result, reason.")],
    programme: ProgrammeOption = "senior-allowance",
    json: Json = False,
) -> None:
    """Take in what became of a month's money. Exit code 1: some rows were not taken."""
    form: dict[str, Any] = {"file": (file.name, _read(file), "application/octet-stream")}
    path = f"/v1/months/{month}/payments?programme={programme}"
    found = Service.signed_in().call("POST", path, form=form)
    if json:
        output.show(found)
    else:
        output.line(
            output.say(
                "cli.payments.done", paid=found["paid"], returned=found["returned"], known=found["known"]
            )
        )
        for one in found["problems"]:
            output.note(one["detail"])
    raise typer.Exit(1 if found["problems"] else 0)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput("cli.file_unreadable", file=str(file)) from error
