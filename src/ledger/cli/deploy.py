"""`ledger deploy` puts the contracts on a chain; `ledger deploy verify` compares them with this program's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.cli.serve import Home
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.chain.deployment import Deployment
    from ledger.chain.engine import Engine
    from ledger.chain.sender import Sender
    from ledger.encoding.types import Address
    from ledger.errors import Misconfigured
    from ledger.settings import Settings

app = typer.Typer(help="Put the contracts on a chain, or check those that are there.", no_args_is_help=False)

Node = Annotated[
    str | None,
    typer.Option("--rpc", metavar="URL", help="A node; $LEDGER_RPC_URL, or the home's embedded chain, else."),
]
File = Annotated[
    Path | None,
    typer.Option("--deployment", metavar="FILE", help="The deployment file; deployment.json of the home."),
]


@app.callback(invoke_without_command=True)
def deploy(
    context: typer.Context,
    home: Home = None,
    rpc: Node = None,
    deployment: File = None,
    governance: Annotated[
        str | None,
        typer.Option("--governance", metavar="ADDRESS", help="Who will own the contracts, such as a Safe."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="The deployer's key: a vault's file or a keystore."),
    ] = None,
    passphrase_file: Annotated[
        Path | None,
        typer.Option("--passphrase-file", metavar="FILE", help="The key's passphrase; asked for otherwise."),
    ] = None,
    json: Json = False,
) -> None:
    """Put the contracts on a chain, or carry on where that ended, or check that it was done.

    The vault's governance key sends the transactions and owns the contracts, unless --key and --governance
    say otherwise. Exit code 2: the file or its draft is of another chain or owner. 3: can't know. 4: refused.
    """
    if context.invoked_subcommand is not None:
        if any((home, rpc, deployment, governance, key, passphrase_file, json)):
            raise BadInput("deploy.options_before_verify")
        return
    from ledger.bootstrap.keys_and_chain import open_keys_and_chain
    from ledger.chain.deploy import call_still_due
    from ledger.chain.deploy import deploy as put
    from ledger.cli.installation import settings_from, stopped_by_signals
    from ledger.encoding import addresses

    owner = addresses.parse(governance) if governance is not None else None
    settings = settings_from(home=home, rpc_url=rpc)
    file = deployment or settings.deployment_file
    with (
        stopped_by_signals(),
        output.progress() as progress,
        open_keys_and_chain(settings, progress=progress) as (vault, engine),
    ):
        deployer = _deployer(engine, key, passphrase_file) if key is not None else None
        made = put(engine, vault, file, governance=owner, deployer=deployer)
        due = call_still_due(engine.rpc, made)
    if json:
        output.show(made.model_dump(mode="json") | {"call_still_due": _call(due)})
        return
    _show(file, made)
    if due is not None:
        output.note(output.say("deploy.call_still_due", **_as_hex(due), governance=made.governance))


@app.command()
def verify(home: Home = None, rpc: Node = None, deployment: File = None, json: Json = False) -> None:
    """Compare the code on the chain with the code that this program was built with, and say what differs.

    Exit code 0: nothing does. 1: something does. 2: bad deployment file. 3: can't know.
    """
    from ledger.chain.deploy import call_still_due
    from ledger.chain.deployment import Deployment
    from ledger.chain.verify import compiler_difference, differences
    from ledger.cli.installation import settings_from

    settings = settings_from(home=home, rpc_url=rpc)
    pinned = Deployment.load(deployment or settings.deployment_file)
    with _chain(settings) as engine:
        found = list(differences(engine.rpc, pinned))
        due = None if found else call_still_due(engine.rpc, pinned)
    if difference := compiler_difference(pinned):
        found.append(difference)
    if json:
        output.show({"differences": [_difference(one) for one in found], "call_still_due": _call(due)})
    else:
        for one in found:
            output.line(output.say(one.code, **one.params))
        if due is not None:
            output.line(output.say("deploy.call_still_due", **_as_hex(due), governance=pinned.governance))
        if not found and due is None:
            output.line(output.say("deploy.verified", chain_id=pinned.chain_id))
    raise typer.Exit(1 if found or due is not None else 0)


def _deployer(engine: Engine, path: Path, passphrase_file: Path | None) -> Sender:
    from ledger.chain.sender import Sender
    from ledger.keys import passphrase
    from ledger.keys.single_key import read_single_key

    if passphrase_file is not None:
        secret = passphrase.read(passphrase_file, minimum=1)
    elif output.console(stderr=True).is_terminal:
        secret = typer.prompt(output.say("deploy.passphrase", path=str(path)), hide_input=True, err=True)
    else:
        raise BadInput("deploy.passphrase_needed")
    key = read_single_key(path, secret)
    return Sender(engine, key, key.name)


@contextmanager
def _chain(settings: Settings) -> Iterator[Engine]:
    """The node that is named, or the home's own chain, which no service may be using."""
    from ledger.bootstrap.keys_and_chain import open_engine

    if not settings.rpc_url and not settings.chain_directory.is_dir():
        raise BadInput("deploy.node_needed", path=str(settings.chain_directory))
    with output.progress() as progress, closing(open_engine(settings, progress)) as engine:
        yield engine


def _show(file: Path, made: Deployment) -> None:
    say = output.say
    output.fields(
        [
            (say("deploy.file"), str(file)),
            (say("deploy.chain"), f"{made.chain_id} ({made.genesis_hash})"),
            (say("deploy.id"), made.deployment_id),
            (say("deploy.governance"), made.governance),
            (say("deploy.operator"), made.operator),
            *((contract.value, one.address) for contract, one in made.contracts.items()),
        ]
    )


def _call(due: tuple[Address, bytes] | None) -> dict[str, str] | None:
    return None if due is None else _as_hex(due)


def _as_hex(due: tuple[Address, bytes]) -> dict[str, str]:
    return {"to": due[0], "data": "0x" + due[1].hex()}


def _difference(one: Misconfigured) -> dict[str, Any]:
    return {"code": one.code, "detail": output.say(one.code, **one.params), "params": one.params}
