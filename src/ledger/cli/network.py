"""`ledger network`: a consortium's own chain, with a node for each member, here all on one machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.cli.serve import Home
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.chain.consortium.network import Network
    from ledger.chain.consortium.node import Node
    from ledger.settings import Settings

app = typer.Typer(help="Run a consortium's own chain, a validator for each member.", no_args_is_help=True)

MEMBERS = ("civil-affairs", "health", "medical-insurance", "subdistrict")
"""The members of the first consortium; more get a number for a name."""
FEWEST = 4
"""With fewer, one that fails stops the chain: more than two thirds have to sign."""
_LOG_LINES = 20

Folder = Annotated[
    Path | None, typer.Option("--dir", metavar="FOLDER", help="The network's folder; network in the home.")
]
Number = Annotated[int, typer.Argument(metavar="N", help="The member's number, from 1.")]


@app.command()
def up(
    validators: Annotated[
        int, typer.Option("--validators", help="How many members; at least four.")
    ] = FEWEST,
    home: Home = None,
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Start the network; build its engine and make it first if that has not been done, which takes minutes.

    The installation's own keys may use it, so `ledger serve --rpc URL` then deploys and writes there.
    """
    from ledger.bootstrap.keys_and_chain import open_vault
    from ledger.chain.consortium import building
    from ledger.chain.consortium.network import Network
    from ledger.cli.installation import settings_from
    from ledger.keys.files import make_private_directory

    if validators < FEWEST:
        raise BadInput("network_too_small", got=validators, expected=FEWEST)
    settings = settings_from(home=home)
    path = _folder(settings, folder)
    if not building.is_built():
        output.note(output.say("network.building"))
    if Network.exists(path):
        network = Network.open(path)
    else:
        make_private_directory(settings.home)
        with open_vault(settings) as vault:
            senders = [vault.address(name) for name in vault.names()]
        names = [*MEMBERS, *(f"member-{number}" for number in range(len(MEMBERS) + 1, validators + 1))]
        network = Network.make(path, names[:validators], senders)
    network.start()
    _show(network, json=json)


@app.command()
def down(
    home: Home = None,
    folder: Folder = None,
    remove: Annotated[bool, typer.Option("--remove", help="Delete the network and all it holds.")] = False,
) -> None:
    """End every node. The chain stays, and `up` goes on with it."""
    network = _network(home, folder)
    if remove:
        network.remove()
    else:
        network.stop()
    output.line(output.say("network.removed" if remove else "network.down", path=str(network.folder)))


@app.command()
def status(home: Home = None, folder: Folder = None, json: Json = False) -> None:
    """Show each node: whether it runs, its newest block, its memory. Exit code 1: one does not answer."""
    network = _network(home, folder)
    if not _show(network, json=json):
        raise typer.Exit(1)


@app.command()
def logs(
    number: Number,
    home: Home = None,
    folder: Folder = None,
    lines: Annotated[int, typer.Option("--lines", min=1, help="How many, from the end.")] = _LOG_LINES,
) -> None:
    """Show the end of what a member's node wrote."""
    log = _node(home, folder, number).log
    for line in log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []:
        output.line(line)


@app.command()
def kill(number: Number, home: Home = None, folder: Folder = None) -> None:
    """End a member's node at once, as a power cut would."""
    node = _node(home, folder, number)
    node.kill()
    output.line(output.say("network.node_ended", member=node.member.name))


@app.command()
def restart(number: Number, home: Home = None, folder: Folder = None) -> None:
    """Start a member's node again, whether it runs or not."""
    node = _node(home, folder, number)
    node.kill()
    node.start()
    output.line(output.say("network.node_started", member=node.member.name))


def _folder(settings: Settings, folder: Path | None) -> Path:
    return folder or settings.home / "network"


def _network(home: Path | None, folder: Path | None) -> Network:
    from ledger.chain.consortium.network import Network
    from ledger.cli.installation import settings_from

    return Network.open(_folder(settings_from(home=home), folder))


def _node(home: Path | None, folder: Path | None, number: int) -> Node:
    return _network(home, folder).node(number)


def _show(network: Network, *, json: bool) -> bool:
    """Prints every node's state. Whether all of them answer."""
    states = [(node.member, node.status()) for node in network.nodes]
    if json:
        members = [
            {
                "number": member.number,
                "name": member.name,
                "rpc": member.endpoints.json_rpc_url,
                "running": state.running,
                "height": state.height,
                "memory_mib": state.memory_mib,
            }
            for member, state in states
        ]
        output.show({"chain_id": network.description.evm_chain_id, "members": members})
    else:
        output.table(
            [output.say(f"network.column.{name}") for name in ("number", "name", "rpc", "height", "memory")],
            [
                (
                    str(member.number),
                    member.name,
                    member.endpoints.json_rpc_url,
                    output.say("network.ended") if state.height is None else str(state.height),
                    "" if state.memory_mib is None else f"{state.memory_mib:.0f} MiB",
                )
                for member, state in states
            ],
        )
    return all(state.height is not None for _, state in states)
