"""Another node of the embedded chain: an Anvil of its own that mines the same transactions at the same times,
and so has the same block hashes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ledger.chain.embedded.binary import find_anvil
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.description import ChainDescription
from ledger.chain.embedded.process import AnvilProcess
from ledger.chain.rpc import Rpc


@dataclass(frozen=True)
class Mirror:
    """A node that has what `catch_up` last brought it."""

    anvil: AnvilProcess
    original: Rpc

    @property
    def rpc(self) -> Rpc:
        """The node."""
        return self.anvil.rpc

    @property
    def head(self) -> int:
        """Its newest block."""
        return int(self.rpc.call("eth_blockNumber"), 16)

    def catch_up(self) -> None:
        """Mines the original's newer blocks."""
        for number in range(self.head + 1, int(self.original.call("eth_blockNumber"), 16) + 1):
            block = self.original.call("eth_getBlockByNumber", hex(number), False)
            for transaction in block["transactions"]:
                raw = self.original.call("eth_getRawTransactionByHash", transaction)
                self.rpc.call("eth_sendRawTransaction", raw)
            self.rpc.call("evm_mine", {"timestamp": int(block["timestamp"], 16)})
            assert self.rpc.call("eth_getBlockByNumber", hex(number), False)["hash"] == block["hash"]


@contextmanager
def mirror(chain: EmbeddedChain, chain_directory: Path, folder: Path) -> Iterator[Mirror]:
    """A second node of `chain`, whose files are in `chain_directory`; its own are in `folder`."""
    described = ChainDescription.read(chain_directory / "chain.json")
    assert described
    folder.mkdir()
    anvil = AnvilProcess(find_anvil(), described.genesis, port=0, directory=folder)
    try:
        made = Mirror(anvil, chain.rpc)
        made.catch_up()
        yield made
    finally:
        anvil.stop()
