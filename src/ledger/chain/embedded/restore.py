"""Brings a fresh Anvil to where the journal ends, and proves that it is the same chain."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ledger.chain.embedded.dumps import Dump, DumpFolder
from ledger.chain.embedded.journal import Journal
from ledger.chain.embedded.process import LONG, AnvilProcess
from ledger.chain.rpc import NodeUnreachable, Rpc, RpcError
from ledger.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Restored:
    """A node that stands where the journal ends, and the seconds that went into mining blocks again."""

    anvil: AnvilProcess
    mining_took: float


Progress = Callable[[int, int], None]
"""Told (blocks done, blocks in all) while blocks are mined again."""


def restore(
    start: Callable[[], AnvilProcess], journal: Journal, dumps: DumpFolder, progress: Progress
) -> Restored:
    """A running Anvil whose newest block is the journal's last, started by `start`.

    Takes the newest dump that loads and agrees with the journal, or none, and mines the journal's later
    blocks at their own times. Raises Misconfigured `journal_behind_dump` if the journal has lost blocks
    that were final, and `journal_not_reproduced` if a block comes out with another hash.
    """
    for dump in dumps.newest_first():
        if dump.height > journal.height:
            raise Misconfigured("journal_behind_dump", got=journal.height, expected=dump.height)
        if dump.hash != journal.hash_at(dump.height):
            continue
        anvil = start()
        if _load(anvil.rpc, dump):
            return _mine_again(anvil, journal, dump.height, progress)
        anvil.kill()  # a load that failed may have changed anything
    return _mine_again(start(), journal, 0, progress)


def _load(rpc: Rpc, dump: Dump) -> bool:
    """Loads a dump; whether the node now stands where the dump says."""
    with suppress(RpcError, NodeUnreachable):
        return rpc.call("anvil_loadState", "0x" + dump.state.hex(), timeout=LONG) is True and _is_head(
            rpc, dump.height, dump.hash
        )
    return False


def _mine_again(anvil: AnvilProcess, journal: Journal, after: int, progress: Progress) -> Restored:
    rpc = anvil.rpc
    started = time.monotonic()
    try:
        for block in journal.blocks(after):
            rpc.batch([("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in block.transactions])
            rpc.call("evm_mine", {"timestamp": block.time}, timeout=LONG)
            if not _is_head(rpc, block.number, block.hash):
                head = rpc.call("eth_getBlockByNumber", "latest", False)
                raise Misconfigured(
                    "journal_not_reproduced",
                    block=block.number,
                    expected="0x" + block.hash.hex(),
                    got=str(head["hash"]),
                    engine=rpc.call("web3_clientVersion"),
                )
            progress(block.number - after, journal.height - after)
    except BaseException:
        anvil.kill()
        raise
    return Restored(anvil, time.monotonic() - started if after < journal.height else 0.0)


def _is_head(rpc: Rpc, height: int, block_hash: bytes) -> bool:
    head = rpc.call("eth_getBlockByNumber", "latest", False)
    return int(head["number"], 16) == height and head["hash"] == "0x" + block_hash.hex()
