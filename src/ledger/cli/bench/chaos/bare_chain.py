"""A chain as others run it: it mines by its own clock, and it reorganises when told to."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

from ledger.chain.embedded.binary import find_anvil
from ledger.chain.embedded.process import AnvilProcess, Genesis
from ledger.chain.rpc import Rpc
from ledger.cli.bench.chaos.blocks import Blocks
from ledger.errors import CannotKnow

DEPTH = 32
"""Blocks above one that make it final: more than the deepest reorganisation."""
_INTERVAL = 0.25
_KEPT_STATES = 256
"""Enough for reads at the final block, and for reorganisations."""


class BareChain:
    """Anvil that gets a block every quarter of a second."""

    def __init__(self, anvil: AnvilProcess) -> None:
        self._anvil = anvil
        self._turn = Lock()
        self.rpc: Rpc = anvil.rpc
        self.url = anvil.rpc.url
        self.blocks: Blocks | None = None
        """What to show every block to, from before it can be undone."""

    def mine(self, count: int = 1) -> None:
        """Mines blocks now."""
        with self._turn:
            for _ in range(count):
                self.rpc.call("evm_mine", {"timestamp": int(time.time())})
            self._show()

    def reorganise(self, depth: int) -> None:
        """Puts other, empty blocks in the place of the newest `depth`; their transactions are gone."""
        with self._turn:
            self._show()
            self.rpc.call("anvil_reorg", depth, [])
            self._show()

    def forget_blocks(self) -> None:
        """Shows the newest block and after that no more."""
        with self._turn:
            self._show()
            self.blocks = None

    def _show(self) -> None:
        if self.blocks is not None:
            self.blocks.take_in()


@contextmanager
def bare_chain(folder: Path, chain_id: int) -> Iterator[BareChain]:
    """A fresh one, which mines from the start."""
    folder.mkdir()
    genesis = Genesis(chain_id, int(time.time()), "0x" + secrets.token_hex(20))
    anvil = AnvilProcess(find_anvil(), genesis, port=0, directory=folder, kept_states=_KEPT_STATES)
    chain = BareChain(anvil)
    stopping = Event()
    failure: list[CannotKnow] = []

    def run() -> None:
        try:
            while not stopping.wait(_INTERVAL):
                chain.mine()
        except CannotKnow as error:
            failure.append(error)

    miner = Thread(target=run, name="miner", daemon=True)
    miner.start()
    try:
        yield chain
    finally:
        stopping.set()
        miner.join()
        anvil.stop()
    if failure:
        raise failure[0]
