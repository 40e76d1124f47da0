"""An installation set up to be broken, on either kind of chain."""

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
from ledger.cli.bench.chaos.service import Service
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
    opened = _embedded(folder) if profile is Profile.EMBEDDED else _depth(folder, seed)
    with opened as made:
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
        service = _service(folder, home, {"LEDGER_CHAIN_PORT": str(port)})
        deployment = Deployment.load(settings.deployment_file)
        rpc = Rpc(f"http://127.0.0.1:{port}", response_limit=RESPONSE_LIMIT)
        blocks = Blocks(rpc, deployment)
        injector = Injector(service, home, disk=disk)
        yield Stage(settings, ground, injector, rpc, deployment, blocks, blocks.take_in, depth=0)


@contextmanager
def _depth(folder: Path, seed: int) -> Iterator[Stage]:
    home = folder / "home"
    with bare_chain(folder / "node", _CHAIN_ID) as chain, proxied(chain.url, seed) as (proxy, url):
        settings = Settings(home=home, rpc_url=chain.url, finality_depth=DEPTH)
        ground = prepare(settings, PEOPLE)
        chain.mine(DEPTH)  # no reorganisation must reach the contracts' own blocks
        deployment = Deployment.load(settings.deployment_file)
        chain.blocks = Blocks(chain.rpc, deployment)
        chain.mine()
        service = _service(folder, home, {"LEDGER_RPC_URL": url, "LEDGER_FINALITY_DEPTH": str(DEPTH)})
        injector = Injector(service, home, proxy=proxy, chain=chain)
        yield Stage(
            settings, ground, injector, chain.rpc, deployment, chain.blocks, chain.forget_blocks, depth=DEPTH
        )


def _service(folder: Path, home: Path, environment: Mapping[str, str]) -> Service:
    common = {"LEDGER_HOME": str(home), "LEDGER_BATCH_AGE": _BATCH_AGE}
    return Service({**common, **environment}, _free_port(), folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
