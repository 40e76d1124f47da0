"""`ledger statement`: what a person may know about themselves, to be read or printed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import Json


def statement(
    subject: Annotated[str, typer.Argument(help="Subject id.")],
    days: Annotated[int, typer.Option("--days", help="How far back requests are listed.")] = 365,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Print it, by Chromium, to this file.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the page, which prints as it is.")
    ] = None,
    json: Json = False,
) -> None:
    """The person's certifications and consents, and who asked for what, why, and what they got."""
    service, path = Service.signed_in(), f"/v1/subjects/{subject}/statement"
    query = {"days": str(days)}
    if pdf is not None or html is not None:
        _print(service.raw("GET", f"{path}/page", query=query), pdf, html)
        return
    found = service.call("GET", path, query=query)
    if json:
        output.show(found)
    else:
        _show(found)


def _print(page: bytes, pdf: Path | None, html: Path | None) -> None:
    from ledger.cli.pdf import print_page
    from ledger.keys.files import write_private

    if html is not None:
        write_private(html, page)
        output.line(output.say("statement.written", path=str(html)))
    if pdf is not None:
        print_page(page, pdf)
        output.line(output.say("statement.written", path=str(pdf)))


def _show(found: dict[str, Any]) -> None:
    say = output.say
    output.line(say("statement.for", name=found["name"], day=output.day(found["issued_at"])))
    output.line(f"\n{say('statement.certifications')}")
    for line in found["certifications"]:
        action = say("action." + (line["action"] or "unrecorded"))
        output.line(f"  {output.day(line['recorded_at'])}  {action}  {line['organisation']}")
    output.line(f"\n{say('statement.consents')}")
    for one in found["consents"]:
        terms = one["terms"]
        what = say(
            "statement.consent_line",
            consumer=terms["consumer"],
            category=say("category." + terms["category"]),
            purpose=say("purpose." + terms["purpose"]),
        )
        output.line(f"  {what} {say('consent_status.' + one['status'])}")
    output.line(f"\n{say('statement.requests', page=1, pages=1)}")
    for page in found["pages"]:
        for line in page["requests"]:
            granted = "✓" if line["granted"] else "✗"
            words = (line["organisation"], line["action"], line["category"], line["purpose"], granted)
            output.line(f"  {output.minute(line['at'])}  {'  '.join(word for word in words if word)}")
