"""`ledger seamless …`."""

from __future__ import annotations

import typer

from ledger.cli import seamless_errors

app = typer.Typer(help="Certification from departments' signals.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `report` a command of its own while it is the only one."""


app.command("report")(seamless_errors.report)
