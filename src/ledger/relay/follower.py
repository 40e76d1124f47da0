"""Reads the chain into the index, block by block, and nothing else marks anything included or final."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Connection

from ledger.chain import blocks as chain_blocks
from ledger.chain.bindings.errors import decode_error
from ledger.chain.blocks import Block
from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.chain.logs import events_between, events_of_block
from ledger.chain.rpc import NodeUnreachable, RpcError
from ledger.chain.verify import verify_chain
from ledger.chain.views import Views
from ledger.domain.events import BatchRefused, Event
from ledger.domain.state import LedgerState
from ledger.encoding.types import BlockNumber
from ledger.errors import CannotKnow, LedgerError, Misconfigured
from ledger.relay import metrics, registers
from ledger.relay.ranges import Span
from ledger.relay.reading import Reading, header, read
from ledger.relay.reasons import reason, refusal_of
from ledger.store import index, indexing, outbox, rewinding, settlement
from ledger.store.database import Database
from ledger.store.failures import DatabaseTrouble
from ledger.store.index import AsOf
from ledger.store.indexing import Header

log = structlog.get_logger(__name__)

_LIVE = 8
"""Up to so many blocks are read one by one, each pinned by its hash."""
NODES_FAULT = {
    "blocks_not_linked", "chain_id_differs", "genesis_differs", "log_malformed", "log_unknown",
    "logs_withheld", "node_answer_malformed", "node_behind", "node_inconsistent",
}  # fmt: skip
"""What another node of the same chain may do better."""
_SEEN_EVERY = 1.0
"""Seconds between writes that say no more than that the node still answers."""


class Follower:
    """One round of reading per `tick`. Used by one thread.

    A node that knows less than the index gets the engine's patience to catch up before its word is taken that
    the chain went back; until then answers are UNKNOWN. One that contradicts the index is followed at once.
    """

    def __init__(
        self,
        database: Database,
        engine: Engine,
        deployment: Deployment,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._engine = engine
        self._rpc = engine.rpc
        self._deployment = deployment
        self._contracts = deployment.addresses
        self._clock = clock
        self.position: tuple[int, bytes] | None = None
        """The last block indexed and its hash, once a round has ended."""
        self._state: LedgerState | None = None
        self._state_at = b""  # the block that it stands at: another follower may have read on
        self._span = Span(engine.log_range)
        self._seen_at = 0.0
        self._behind_since: float | None = None
        self._trouble: str | None = None
        self._identified = False

    def tick(self) -> bool:
        """Reads on, or goes back where the chain did. Whether there is more to read at once.

        Raises CannotKnow `node_unreachable`, `node_behind`, `logs_withheld`, `blocks_not_linked` …;
        Misconfigured `chain_id_differs`, `genesis_differs`, `index_of_another_chain`. The cursor names the
        trouble until the next good round.
        """
        try:
            return self._follow()
        except Exception as error:
            self._state = None  # it may have taken in what was not committed
            self._identified = False
            if isinstance(error, LedgerError) and not isinstance(error, DatabaseTrouble):
                metrics.TROUBLE.labels("follower", error.code).inc()
                if error.code in NODES_FAULT and self._engine.change_node(error.code):
                    log.warning("follower.changed_node", code=error.code, **error.params)
                    return True
                self._report(error)
            raise

    def _report(self, error: LedgerError) -> None:
        if error.code != self._trouble:
            self._trouble = error.code
            log.warning("follower.trouble", code=error.code, **error.params)
            with self._database.write() as conn:
                indexing.set_trouble(conn, error.code)

    def _follow(self) -> bool:
        head = chain_blocks.head(self._rpc)
        self._identify()
        at = self._cursor()
        self.position = (at.block, at.hash)
        metrics.HEAD_BLOCK.set(head.number)
        if at.block > head.number or not self._agrees(at.block, at.hash):
            self._go_back(at, head)
            return True
        self._behind_since = None
        if at.block == head.number:
            self._stay(at, head)
            return False
        started = time.monotonic()
        last = min(head.number, at.block + self._span.blocks)
        try:
            blocks, events = self._fetch(at, last)
        except (RpcError, NodeUnreachable) as error:
            if last == at.block + 1:
                raise
            self._span.refused()
            log.info("follower.range_refused", code=error.code, blocks=last - at.block, **error.params)
            return True
        self._advance(at, blocks, events, head)
        self._span.took(time.monotonic() - started)
        return last < head.number

    # --- whose chain this is ----------------------------------------------------------------------------

    def _identify(self) -> None:
        """The chain that the deployment is pinned to, and no other. Asked again after every trouble."""
        if self._identified:
            return
        deployment = self._deployment
        verify_chain(self._rpc, chain_id=deployment.chain_id, genesis_hash=deployment.genesis_hash)
        self._identified = True

    def _cursor(self) -> AsOf:
        with self._database.read() as conn:
            at = index.as_of(conn)
            indexed = indexing.chain(conn)
        if at is not None and indexed is not None:
            got = f"{indexed[0]} from 0x{indexed[1].hex()}"
            expected = f"{self._deployment.chain_id} from {self._deployment.genesis_hash}"
            if got != expected:
                raise Misconfigured("index_of_another_chain", got=got, expected=expected)
            return at
        first = chain_blocks.blocks_at(self._rpc, [0, max(0, self._deployment.first_block - 1)])
        genesis, before = (header(block) for block in first if block is not None)
        with self._database.write() as conn:
            indexing.start(conn, genesis, before, self._deployment.chain_id, self._clock())
        return self._cursor()

    def _agrees(self, number: int, block_hash: bytes) -> bool:
        block = chain_blocks.block_at(self._rpc, number)
        return block is not None and block.hash == block_hash

    # --- forward ----------------------------------------------------------------------------------------

    def _stay(self, at: AsOf, head: Block) -> None:
        """Nothing new, but what was included may have become final, and the node has answered."""
        final = self._engine.final_height(head.number)
        now = self._clock()
        if final <= at.final and at.trouble is None and abs(now - self._seen_at) < _SEEN_EVERY:
            return
        with self._database.write() as conn:
            indexing.require_at(conn, at.hash)
            indexing.seen(conn, final=final, head=head.number, at=now)
            self._finalise(conn, final, now)
        self._seen_at, self._trouble = now, None

    def _advance(self, at: AsOf, blocks: Sequence[Block], events: Sequence[Event], head: Block) -> None:
        with self._database.read() as conn:
            if self._state is None or self._state_at != at.hash:
                self._state = registers.load(conn, self._deployment.domains)
            reading = read(conn, self._state, blocks, events)
        self._verify_heads(self._state, blocks[-1], is_head=blocks[-1].number == head.number)
        self._commit(at, reading, head)
        self._state_at = blocks[-1].hash

    def _fetch(self, at: AsOf, last: int) -> tuple[list[Block], list[Event]]:
        """Headers that follow on the cursor one by one, and the events in them."""
        numbers = range(at.block + 1, last + 1)
        blocks: list[Block] = []
        parent = at.hash
        for number, block in zip(numbers, chain_blocks.blocks_at(self._rpc, numbers), strict=True):
            if block is None or block.parent_hash != parent:
                raise CannotKnow("blocks_not_linked", block=number)
            blocks.append(block)
            parent = block.hash
        if len(blocks) <= _LIVE:
            events = [
                event for block in blocks for event in events_of_block(self._rpc, self._contracts, block)
            ]
            return blocks, events
        events, eventful = events_between(self._rpc, self._contracts, numbers[0], last)
        by_number = {block.number: block.hash for block in blocks}
        for block in eventful:
            if by_number[block.number] != block.hash:
                raise CannotKnow("blocks_not_linked", block=block.number)
        return blocks, events

    def _verify_heads(self, state: LedgerState, block: Block, *, is_head: bool) -> None:
        """The contracts' own running heads at this block: no log of theirs is missing, none out of order."""
        try:
            heads = Views(self._rpc, self._contracts, block.hash).heads()
        except CannotKnow:
            if is_head:
                raise
            return  # nodes forget the state of old blocks; the ranges after it end in one that is compared
        for contract, head in heads.items():
            journal = state.journals[contract]
            if (journal.head, journal.count) != (head.head, head.count):
                raise CannotKnow(
                    "logs_withheld", contract=contract.value, got=journal.count, expected=head.count
                )

    def _commit(self, at: AsOf, reading: Reading, head: Block) -> None:
        final = self._engine.final_height(head.number)
        now = self._clock()
        rows = reading.rows
        with self._database.write() as conn:
            indexing.require_at(conn, at.hash)
            indexing.add(conn, rows, final=final, head=head.number, at=now)
            settlement.include(conn, rows.recorded, now)
            for event in reading.refused:
                self._take_back(conn, event, now)
            self._finalise(conn, final, now)
        self._seen_at, self._trouble = now, None
        self.position = (rows.last.number, rows.last.hash)
        metrics.INDEXED_BLOCK.set(rows.last.number)
        metrics.RECORDED.inc(len(rows.history))
        for violation in reading.violations:
            metrics.VIOLATIONS.labels(violation.refusal.name).inc()
            log.error(
                "follower.violation", contract=violation.contract.value, name=violation.refusal.name,
                block=violation.position.block_number, log_index=violation.position.log_index,
            )  # fmt: skip
        if rows.eventful:
            log.info("follower.indexed", block=rows.last.number, entries=len(rows.history))

    def _take_back(self, conn: Connection, event: BatchRefused, now: float) -> None:
        """A batch that the contract refused: its operations wait again, and are judged by the present
        words.
        """
        code, params = reason(refusal_of(decode_error(event.reason)))
        if outbox.dissolve_refused(
            conn, event.digest, event.position.transaction_hash, code=code, params=params, at=now
        ):
            metrics.DISSOLVED.labels(code).inc()
            log.warning("follower.batch_refused", code=code, block=event.position.block_number, **params)

    def _finalise(self, conn: Connection, final: int, now: float) -> None:
        for one in settlement.finalise(conn, final, now):
            metrics.FINAL_SECONDS.observe(now - one.accepted_at)
            if one.kind == "consent" and one.priority == 0:
                metrics.WITHDRAWAL_FINAL_SECONDS.observe(now - one.accepted_at)

    # --- back -------------------------------------------------------------------------------------------

    def _go_back(self, at: AsOf, head: Block) -> None:
        if at.block > head.number and self._is_known(head):
            now = self._clock()
            self._behind_since = self._behind_since or now
            if now - self._behind_since < self._engine.patience:
                raise CannotKnow("node_behind", got=head.number, expected=at.block)
        ancestor = self._common_ancestor(at.block)
        final = min(ancestor.number, self._engine.final_height(BlockNumber(head.number)))
        now = self._clock()
        with self._database.write() as conn:
            indexing.require_at(conn, at.hash)
            undone = rewinding.rewind(conn, ancestor, final=final, head=head.number, at=now)
        self._state = None
        self._behind_since = None
        self.position = (ancestor.number, ancestor.hash)
        metrics.REWINDS.inc()
        log.warning("follower.rewound", block=at.block, ancestor=ancestor.number, batches=undone)

    def _is_known(self, block: Block) -> bool:
        with self._database.read() as conn:
            known = indexing.known_blocks(conn, block.number, 1)
        return bool(known) and (known[0].number < block.number or known[0].hash == block.hash)

    def _common_ancestor(self, below: int) -> Header:
        """The highest block that index and node agree on: at the latest the first one."""
        while True:
            with self._database.read() as conn:
                known: Sequence[Header] = indexing.known_blocks(conn, below, 64)
            theirs = chain_blocks.blocks_at(self._rpc, [block.number for block in known])
            for ours, block in zip(known, theirs, strict=True):
                if block is not None and block.hash == ours.hash:
                    return ours
            if not known or known[-1].number == 0:
                raise Misconfigured("genesis_differs", got=None, expected=self._deployment.genesis_hash)
            below = known[-1].number - 1
