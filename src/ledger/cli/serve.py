"""`ledger serve`, all in one or in parts, and `ledger init`: the installation itself, in this process."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.errors import BadInput

INTERRUPTED = 130

if TYPE_CHECKING:
    from ledger.bootstrap import Application
    from ledger.settings import Settings

Home = Annotated[
    Path | None, typer.Option("--home", help="Folder of the installation; $LEDGER_HOME, or var, by default.")
]

Host = Annotated[str | None, typer.Option("--host", help="Address to listen on; loopback by default.")]
Port = Annotated[int | None, typer.Option("--port", help="Preferred port; a free one if it is taken.")]

Nodes = Annotated[
    list[str] | None,
    typer.Option(
        "--rpc",
        metavar="URL",
        help="A node; repeat it for others of the same chain. Else $LEDGER_RPC_URL, or the embedded chain.",
    ),
]


app = typer.Typer(help="Run the ledger: all of it in one process, or its parts apart.")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    home: Home = None,
    host: Host = None,
    port: Port = None,
    rpc: Nodes = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Load the demonstration city and sign the command line in.")
    ] = False,
) -> None:
    """Start chain, submitter, follower, API and console in one process."""
    if context.invoked_subcommand is not None:
        if any((home, host, port, rpc, demo)):
            raise BadInput("cli.serve.options_before")
        return
    from ledger.cli import demonstration
    from ledger.cli.installation import opened, settings_from, stopped_by_signals

    settings = settings_from(home=home, host=host, port=port, rpc_url=_urls(rpc))
    with stopped_by_signals(), _listening(settings) as (listener, url), opened(settings) as application:
        users = demonstration.load(application) if demo else []
        output.line(output.say("cli.serve.ready", url=url))
        if application.operator_invitation and not demo:
            link = f"{url}/invitation/{application.operator_invitation.token}"
            output.line(output.say("cli.serve.operator", link=link))
        if demo:
            demonstration.introduce(application, users, url)
        _run(application, listener)
    _end()


@app.command()
def api(home: Home = None, host: Host = None, port: Port = None, rpc: Nodes = None) -> None:
    """Start API and console only; any number of such processes may run beside a worker."""
    from ledger.bootstrap import open_api
    from ledger.cli.installation import log_to, settings_from, stopped_by_signals

    settings = settings_from(home=home, host=host, port=port, rpc_url=_urls(rpc))
    with stopped_by_signals(), _listening(settings) as (listener, url), open_api(settings) as application:
        log_to(settings, f"api-{listener.getsockname()[1]}")
        output.line(output.say("cli.serve.ready", url=url))
        _run(application, listener)
    _end()


@app.command()
def worker(
    home: Home = None,
    rpc: Nodes = None,
    metrics_port: Annotated[
        int | None, typer.Option("--metrics-port", help="Serve metrics here; not at all by default.")
    ] = None,
) -> None:
    """Start chain, submitter and follower only. Of several workers one works and the others stand by."""
    from ledger.bootstrap import open_worker
    from ledger.cli.installation import log_to, settings_from, stopped_by_signals

    settings = settings_from(home=home, rpc_url=_urls(rpc))
    with stopped_by_signals(), contextlib.ExitStack() as stack:
        log_to(settings, "worker")
        with output.progress() as report:
            stack.enter_context(open_worker(settings, progress=report))
        if metrics_port is not None:
            _serve_metrics(settings.host, metrics_port)
        output.line(output.say("cli.serve.worker_ready"))
        output.line(output.say("cli.serve.stop_hint"))
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    _end()


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[tuple[socket.socket, str]]:
    """The socket, and the address that it stands for."""
    from ledger.cli.listening import address_of, listen

    with listen(settings.host, settings.port) as listener:
        url = address_of(listener)
        if settings.port not in {0, listener.getsockname()[1]}:
            output.note(output.say("cli.serve.port_taken", port=settings.port, url=url))
        yield listener, url


def _end() -> NoReturn:
    output.note(output.say("cli.serve.stopped"))
    raise typer.Exit(INTERRUPTED)


def _serve_metrics(host: str, port: int) -> None:
    from prometheus_client import start_http_server

    start_http_server(port, host)


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
    output.line(output.say("cli.serve.stop_hint"))
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
