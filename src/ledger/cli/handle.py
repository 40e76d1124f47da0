"""`ledger handle rotate`: end an organisation's handle of a person and make another."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.client import Service
from ledger.cli.options import HandleOption, IdOption, Json, SubjectOption, person

app = typer.Typer(help="The names under which organisations know a person.", no_args_is_help=True)


@app.command()
def rotate(
    organisation: Annotated[
        str | None, typer.Option("--organisation", help="Whose handle; a department rotates its own.")
    ] = None,
    id_: IdOption = None,
    subject: SubjectOption = None,
    handle: HandleOption = None,
    json: Json = False,
) -> None:
    """The old handle opens nothing from now on; the new one's binding names it."""
    body = {**person(id_, subject, handle).fields(), "organisation": organisation}
    rotated = Service.signed_in().call("POST", "/v1/handles/rotate", json=body)
    if json:
        output.show(rotated)
    else:
        output.fields(
            [
                (output.say("cli.handle.new"), rotated["handle"]),
                (output.say("cli.handle.replaces"), rotated["replaces"]),
            ]
        )
