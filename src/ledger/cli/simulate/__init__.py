"""`ledger simulate`: what would come of it, in a city whose truth is known."""

from __future__ import annotations

import typer

from ledger.cli.simulate import command

app = typer.Typer(help="Figures of a made-up city, always labelled as such.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `city` a command of its own while it is the only one."""


app.command("city")(command.city)
