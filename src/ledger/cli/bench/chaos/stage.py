"""An installation set up to be broken, on either kind of chain and database."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.deployment import Deployment
from ledger.chain.embedded.process import RESPONSE_LIMIT
from ledger.chain.rpc import Rpc
from ledger.cli.bench.chaos.bare_chain import DEPTH, bare_chain
from ledger.cli.bench.chaos.blocks import Blocks
from ledger.cli.bench.chaos.disk import small_disk
from ledger.cli.bench.chaos.ground import Ground, prepare
from ledger.cli.bench.chaos.injector import Injector
from ledger.cli.bench.chaos.proxy import proxied
from ledger.cli.bench.chaos.schedule import Profile
from ledger.cli.bench.chaos.service import Part, Service
from ledger.cli.bench.postgres import postgres_server
from ledger.settings import Settings

PEOPLE = 160
_BATCH_AGE = "0.05"
_CHAIN_ID = 510181


@dataclass(frozen=True, slots=True)
class Stage:
    """What a run needs; `rpc` is the node itself, past any proxy."""

    settings: Settings
    ground: Ground
    injector: Injector
    rpc: Rpc
    deployment: Deployment
    blocks: Blocks
    last_blocks: Callable[[], None]
    """Completes `blocks` once nothing is recorded any more."""
    depth: int


@contextmanager
def stage(profile: Profile, seed: int, folder: Path) -> Iterator[Stage]:
    """Sets it up in `folder`, the service not started; stops all of it on the way out."""
    opened = {
        Profile.EMBEDDED: lambda: _embedded(folder),
        Profile.DEPTH: lambda: _depth(folder, seed),
        Profile.PARTS: lambda: _parts(folder, seed),
    }
    with opened[profile]() as made:
        try:
            yield made
        finally:
            made.injector.service.stop()


@contextmanager
def _embedded(folder: Path) -> Iterator[Stage]:
    home = folder / "home"
    with small_disk(home) as disk:
        port = _free_port()
        settings = Settings(home=home, chain_port=port, rpc_url=None)
        ground = prepare(settings, PEOPLE)
        service = _all_in_one(folder, {"LEDGER_CHAIN_PORT": str(port)})
        deployment = Deployment.load(settings.deployment_file)
        rpc = Rpc(f"http://127.0.0.1:{port}", response_limit=RESPONSE_LIMIT)
        blocks = Blocks(rpc, deployment)
        injector = Injector(service, home, disk=disk)
        yield Stage(settings, ground, injector, rpc, deployment, blocks, blocks.take_in, depth=0)


@contextmanager
def _depth(folder: Path, seed: int) -> Iterator[Stage]:
    with _on_a_bare_chain(folder, seed, _all_in_one) as made:
        yield made


@contextmanager
def _parts(folder: Path, seed: int) -> Iterator[Stage]:
    with postgres_server(syncs=True) as server:
        url = server.create("ledger")
        with _on_a_bare_chain(folder, seed, _apart, database_url=url) as made:
            made.injector.database = server
            yield made


@contextmanager
def _on_a_bare_chain(
    folder: Path,
    seed: int,
    service_of: Callable[[Path, Mapping[str, str]], Service],
    database_url: str | None = None,
) -> Iterator[Stage]:
    home = folder / "home"
    with bare_chain(folder / "node", _CHAIN_ID) as chain, proxied(chain.url, seed) as (proxy, url):
        settings = Settings(home=home, rpc_url=chain.url, finality_depth=DEPTH, database_url=database_url)
        ground = prepare(settings, PEOPLE)
        chain.mine(DEPTH)  # no reorganisation must reach the contracts' own blocks
        deployment = Deployment.load(settings.deployment_file)
        chain.blocks = Blocks(chain.rpc, deployment)
        chain.mine()
        environment = {"LEDGER_RPC_URL": url, "LEDGER_FINALITY_DEPTH": str(DEPTH)}
        if database_url is not None:
            environment["LEDGER_DATABASE_URL"] = database_url
        service = service_of(folder, environment)
        injector = Injector(service, home, proxy=proxy, chain=chain)
        yield Stage(
            settings, ground, injector, chain.rpc, deployment, chain.blocks, chain.forget_blocks, depth=DEPTH
        )


def _all_in_one(folder: Path, environment: Mapping[str, str]) -> Service:
    port = str(_free_port())
    part = Part(["serve", "--port", port], {**_common(folder), **environment}, folder)
    return Service([part], [], [f"http://127.0.0.1:{port}"], folder)


def _apart(folder: Path, environment: Mapping[str, str]) -> Service:
    environment = {**_common(folder), **environment}
    ports = [str(_free_port()) for _ in range(2)]
    workers = [Part(["serve", "worker"], environment, folder) for _ in range(2)]
    apis = [Part(["serve", "api", "--port", port], environment, folder) for port in ports]
    return Service(workers, apis, [f"http://127.0.0.1:{port}" for port in ports], folder)


def _common(folder: Path) -> dict[str, str]:
    return {"LEDGER_HOME": str(folder / "home"), "LEDGER_BATCH_AGE": _BATCH_AGE}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
