"""`ledger login` and `ledger logout`."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Annotated

import typer

from ledger.cli import output, session
from ledger.cli.client import Service
from ledger.cli.options import Json
from ledger.errors import BadInput, LedgerError

UrlOption = Annotated[str | None, typer.Option("--url", help="The service's address.")]


def login(
    name: Annotated[str, typer.Argument(metavar="LOGIN", help="Your login.")],
    url: UrlOption = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    json: Json = False,
) -> None:
    """Sign the command line in; the token is kept in a file that only you can read."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    elif sys.stdin.isatty():
        password = typer.prompt(output.say("cli.password"), hide_input=True, err=True)
    else:
        raise BadInput("cli.password_needed")
    address = url or os.environ.get("LEDGER_URL") or _last_url()
    answer = Service(address, None).call("POST", "/v1/sessions", json={"login": name, "password": password})
    file = session.store(session.Session(address, answer["token"], name, answer["expires_at"]))
    if json:
        output.show({"login": name, "url": address, "expires_at": answer["expires_at"], "file": str(file)})
    else:
        output.line(
            output.say("cli.signed_in", name=name, until=output.minute(answer["expires_at"]), file=str(file))
        )


def logout(json: Json = False) -> None:
    """End the session and remove its file."""
    try:
        Service.signed_in().call("DELETE", "/v1/sessions/current")
    finally:
        session.forget()
    if json:
        output.show({"signed_in": False})
    else:
        output.line(output.say("cli.signed_out"))


def _last_url() -> str:
    with contextlib.suppress(LedgerError):
        return session.load().url
    return session.DEFAULT_URL
