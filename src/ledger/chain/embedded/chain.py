"""The embedded chain as an engine: mines when asked, and remembers."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Self

import structlog

from ledger.chain.embedded.attached import announce, withdraw
from ledger.chain.embedded.binary import find_anvil
from ledger.chain.embedded.description import ChainDescription
from ledger.chain.embedded.dumps import Dump, DumpFolder
from ledger.chain.embedded.gate import GatedRpc
from ledger.chain.embedded.journal import Journal, JournalledBlock
from ledger.chain.embedded.process import LONG, RESPONSE_LIMIT, AnvilProcess, Genesis
from ledger.chain.embedded.restore import Progress, Restored, restore
from ledger.chain.nodes import NodeHealth
from ledger.chain.rpc import Rpc
from ledger.encoding.types import BlockNumber
from ledger.errors import LedgerError, Misconfigured
from ledger.keys.files import make_private_directory
from ledger.keys.lock import InstanceLock

log = structlog.get_logger(__name__)

_DUMP_AFTER = 5.0
"""Seconds of mining, which a restart would have to repeat, before a dump is worth its while."""
_DUMP_SHARE = 0.1
"""The part of the time since the last dump that the next one may take."""
_DUMP_RATE = 2e-7
"""Seconds of a dump per byte of journal, until one was measured."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0
"""Seconds before the next try when Anvil could not be brought back, doubled with each that follows."""


class EmbeddedChain:
    """A durable chain of one machine. An `Engine`.

    `directory` holds `chain.json`, `genesis.json`, `journal`, `dumps/`, `anvil.log` and `lock`. A block is
    final when it is mined and in the journal, in that order: what a crash finds mined but not journalled
    never was final, and whoever sent its transactions sends the same bytes again.

    An Anvil that dies is started again from dump and journal, on the same port; until it stands where the
    journal ends, `rpc` raises NodeUnreachable.

    Block times are the wall clock's, but never before the last block's: two blocks within a second carry
    the same time. (Making them strictly increase would carry them away from the clock under load.)
    """

    name = "embedded"
    log_range = 100_000  # Anvil has no limit; this bounds one answer
    patience = 0.0  # what is final is in the journal, so a head that went back is what it says

    def __init__(
        self,
        directory: Path,
        *,
        chain_id: int = 510181,
        port: int = 8545,
        wait: bool = False,
        progress: Progress = lambda _done, _total: None,
    ) -> None:
        """Starts the chain, or starts it again where it ended; with `wait` not before another has stopped.

        Raises Misconfigured: `chain_in_use`, `anvil_missing`, `anvil_failed`, `chain_made_with_another_id`,
        `chain_file_malformed`, `journal_damaged`, `journal_of_another_chain`, `journal_behind_dump`,
        `journal_not_reproduced`.
        """
        make_private_directory(directory)
        self.directory = directory
        self.persisting = 0.0
        """Seconds that went into journal and dumps so far."""
        self._sealing = Lock()
        self._dump_rate = _DUMP_RATE
        self._dumped_at = time.monotonic()
        self._closing = Event()
        self._lock = InstanceLock(directory, wait=wait)
        withdraw(directory)
        try:
            self._start(find_anvil(), chain_id, port, progress)
        except BaseException:
            self._lock.release()
            raise

    @property
    def rpc(self) -> Rpc:
        """The node's interface."""
        return self._rpc

    @property
    def url(self) -> str:
        """The node's URL, for others on this machine."""
        return self._rpc.url

    @property
    def pid(self) -> int:
        """Anvil's process id."""
        return self._anvil.pid

    @property
    def alive(self) -> bool:
        """Whether Anvil runs. Once it doesn't, it is about to be started again."""
        return self._anvil.alive

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def final_height(self, head: BlockNumber) -> BlockNumber:
        """See `Engine.final_height`."""
        return BlockNumber(min(head, self._journal.height))

    def change_node(self, code: str) -> bool:  # noqa: ARG002
        """See `Engine.change_node`: there is no other."""
        return False

    def nodes(self) -> Sequence[NodeHealth]:
        """See `Engine.nodes`: nothing to choose from."""
        return ()

    def seal(self) -> None:
        """Mines what waits, if anything does, and journals it. Threads may call it at once.

        Raises NodeUnreachable, RpcError, Misconfigured `journal_not_written`; afterwards the block may be
        mined but isn't final, and the next call journals it.
        """
        with self._sealing:
            self._journal_up_to_head()
            if int(self.rpc.call("txpool_status")["pending"], 16):
                started = time.monotonic()
                now = self._now()
                if (
                    now < self._anvils_time
                ):  # the clock was ahead and is right again: Anvil mines no earlier block
                    self._set_time(self.rpc, now)
                self.rpc.call("evm_mine", {"timestamp": now}, timeout=LONG)
                self._mined_since_dump += time.monotonic() - started
                self._journal_up_to_head()
            if self._mined_since_dump > _DUMP_AFTER:
                takes = self._dump_rate * self._journal.size
                if takes < _DUMP_SHARE * (time.monotonic() - self._dumped_at):
                    self._dump()

    def close(self) -> None:
        """Dumps what was mined since the last dump and stops Anvil. A second call does nothing."""
        if self._closing.is_set():
            return
        self._closing.set()
        with self._sealing:
            try:
                if self.alive and self._mined_since_dump:
                    self._journal_up_to_head()
                    self._dump()
            finally:
                withdraw(self.directory)
                self._anvil.stop()
                self._rpc.close()
                self._journal.close()
                self._lock.release()
        self._supervisor.join()

    def _start(self, binary: Path, chain_id: int, port: int, progress: Progress) -> None:
        path = self.directory / "chain.json"
        described = ChainDescription.read(path)
        if described and described.chain_id != chain_id:
            raise Misconfigured(
                "chain_made_with_another_id", got=described.chain_id, expected=chain_id, path=str(path)
            )
        if described:
            genesis = described.genesis
        else:
            genesis = Genesis(chain_id, int(time.time()), "0x" + secrets.token_hex(20))

        def start() -> AnvilProcess:
            return AnvilProcess(binary, genesis, port=port, directory=self.directory)

        if not described:
            described = _describe(start, genesis)
            described.write(path)
        self._dumps = DumpFolder(self.directory / "dumps")
        self._journal = Journal(self.directory / "journal", bytes.fromhex(described.genesis_hash[2:]))
        try:
            self._took_over(restore(start, self._journal, self._dumps, progress))
            self._rpc = GatedRpc(self._anvil.rpc.url, response_limit=RESPONSE_LIMIT)
            announce(self.directory, self._rpc.url)
        except BaseException:
            self._journal.close()
            raise
        # Of the same port, whatever `port` was: others know it by now.
        self._start_again = lambda: AnvilProcess(
            binary, genesis, port=self._anvil.port, directory=self.directory, only_there=True
        )
        self._supervisor = Thread(target=self._supervise, name="chain-supervisor", daemon=True)
        self._supervisor.start()

    def _took_over(self, restored: Restored) -> None:
        self._anvil = restored.anvil
        self._mined_since_dump = restored.mining_took
        # Else Anvil's clock, and with it what a call on the pending block sees, would go on from the last
        # block's time.
        self._set_time(self._anvil.rpc, self._now())

    def _supervise(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            self._anvil.wait()
            if self._closing.is_set():
                return
            withdraw(self.directory)
            self._rpc.shut()
            log.warning("chain.died", height=self._journal.height)
            with self._sealing:
                try:
                    if not self._closing.is_set():
                        self._restart()
                        pause = _FIRST_PAUSE
                    continue
                except (LedgerError, OSError) as error:
                    log.error("chain.not_restarted", error=str(error), again_in=pause)
            self._closing.wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _restart(self) -> None:
        started = time.monotonic()
        self._took_over(restore(self._start_again, self._journal, self._dumps, lambda _done, _total: None))
        self._rpc.open()
        announce(self.directory, self._rpc.url)
        log.warning("chain.restarted", height=self._journal.height, seconds=time.monotonic() - started)

    def _set_time(self, rpc: Rpc, now: int) -> None:
        rpc.call("evm_setTime", now)
        self._anvils_time = now

    def _now(self) -> int:
        return max(int(time.time()), self._journal.last_time)

    def _journal_up_to_head(self) -> None:
        started = time.monotonic()
        head = int(self.rpc.call("eth_blockNumber"), 16)
        for number in range(self._journal.height + 1, head + 1):
            block = self.rpc.call("eth_getBlockByNumber", hex(number), False)
            raws = self.rpc.batch([("eth_getRawTransactionByHash", [h]) for h in block["transactions"]])
            try:
                self._journal.append(
                    JournalledBlock(
                        number=number,
                        time=int(block["timestamp"], 16),
                        hash=bytes.fromhex(block["hash"][2:]),
                        transactions=[bytes.fromhex(raw[2:]) for raw in raws],
                    )
                )
            except OSError as error:
                raise Misconfigured("journal_not_written", reason=error.strerror or str(error)) from error
        self.persisting += time.monotonic() - started

    def _dump(self) -> None:
        """Dumps to disk. A disk that is full costs time at the next start, nothing else."""
        started = time.monotonic()
        state = bytes.fromhex(self.rpc.call("anvil_dumpState", timeout=LONG)[2:])
        height = self._journal.height
        with suppress(OSError):
            self._dumps.write(Dump(height, self._journal.hash_at(height), state))
        self._dumped_at = time.monotonic()
        self._dump_rate = (self._dumped_at - started) / self._journal.size
        self.persisting += self._dumped_at - started
        self._mined_since_dump = 0.0


def _describe(start: Callable[[], AnvilProcess], genesis: Genesis) -> ChainDescription:
    """Starts a node once to learn the hash of its block 0."""
    anvil = start()
    try:
        block = anvil.rpc.call("eth_getBlockByNumber", "0x0", False)
        return ChainDescription(
            engine=anvil.rpc.call("web3_clientVersion"),
            chain_id=genesis.chain_id,
            genesis_time=genesis.time,
            genesis_beneficiary=genesis.beneficiary,
            genesis_hash=block["hash"],
        )
    finally:
        anvil.kill()
