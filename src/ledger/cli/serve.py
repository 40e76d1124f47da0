"""`ledger serve` and `ledger init`: the installation itself, opened in this process."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.options import Json

INTERRUPTED = 130

if TYPE_CHECKING:
    from ledger.bootstrap import Application

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the installation; $LEDGER_HOME, or var, by default.")
]

Nodes = Annotated[
    list[str] | None,
    typer.Option(
        "--rpc",
        metavar="URL",
        help="A node; repeat it for others of the same chain. Else $LEDGER_RPC_URL, or the embedded chain.",
    ),
]


def serve(
    home: Home = None,
    host: Annotated[
        str | None, typer.Option("--host", help="Address to listen on; loopback by default.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="Preferred port; a free one if it is taken.")
    ] = None,
    rpc: Nodes = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demonstration city and sign the command line in.")
    ] = False,
) -> None:
    """Start chain, submitter, follower, API and console in one process."""
    from ledger.cli import demonstration
    from ledger.cli.installation import opened, settings_from, stopped_by_signals
    from ledger.cli.listening import address_of, listen

    settings = settings_from(home=home, host=host, port=port, rpc_url=_urls(rpc))
    with stopped_by_signals(), listen(settings.host, settings.port) as listener:
        url = address_of(listener)
        if settings.port not in {0, listener.getsockname()[1]}:
            output.note(output.say("cli.serve.port_taken", port=settings.port, url=url))
        with opened(settings) as application:
            users = demonstration.load(application) if demo else []
            output.line(output.say("cli.serve.ready", url=url))
            if application.operator_invitation and not demo:
                link = f"{url}/invitation/{application.operator_invitation.token}"
                output.line(output.say("cli.serve.operator", link=link))
            if demo:
                demonstration.introduce(application, users, url)
            output.line(output.say("cli.serve.stop_hint"))
            with contextlib.suppress(KeyboardInterrupt):
                _run(application, listener)
    output.note(output.say("cli.serve.stopped"))
    raise typer.Exit(INTERRUPTED)


def init(home: Home = None, rpc: Nodes = None, json: Json = False) -> None:
    """Make an installation: vault, chain, contracts, database, and the first operator's one-time link."""
    from ledger.cli.installation import opened, settings_from, stopped_by_signals

    settings = settings_from(home=home, rpc_url=_urls(rpc))
    with stopped_by_signals(), opened(settings) as application:
        invitation = application.operator_invitation
    link = f"http://{settings.host}:{settings.port}/invitation/{invitation.token}" if invitation else None
    if json:
        output.show({"home": str(settings.home), "operator_link": link})
        return
    output.line(output.say("cli.init.done", home=str(settings.home)))
    if link:
        output.line(output.say("cli.serve.operator", link=link))


def _urls(rpc: list[str] | None) -> str | None:
    return ",".join(rpc) if rpc else None


def _run(application: Application, listener: socket.socket) -> None:
    import uvicorn

    from api.app import create_app

    config = uvicorn.Config(
        create_app(application),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run(sockets=[listener])
