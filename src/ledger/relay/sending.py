"""Sends stored transactions until they are mined. On any doubt: the same bytes again, and a look at the
chain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import structlog

from ledger.chain.blocks import head, receipts
from ledger.chain.engine import Engine
from ledger.chain.rpc import RpcError
from ledger.relay.gaps import Gaps
from ledger.store import index, transactions
from ledger.store.database import Database
from ledger.store.transactions import Transaction

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks for transactions that were sent and have left no event."""


class Sender:
    """Sends what is prepared, and settles what does not turn up. Used by one thread."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        clock: Callable[[], float],
        gaps: Gaps,
        *,
        look_every: float,
    ) -> None:
        self._database = database
        self._engine = engine
        self._clock = clock
        self._gaps = gaps
        self._look_every = look_every
        self._looked_at = -look_every

    def send(self) -> bool:
        """Sends every prepared transaction in the order of nonces. Whether anything was sent or settled.

        What the node answers decides nothing: a refusal may mean that it has the transaction already.
        """
        with self._database.read() as conn:
            unmined = transactions.unmined(conn)
        if not unmined:
            return False
        fresh = [one for one in unmined if one.state == "prepared"]
        look = time.monotonic() - self._looked_at >= self._look_every
        if look:
            self._gaps.fill(unmined)
        self._submit(unmined if look else fresh)
        if fresh:
            with self._database.write() as conn:
                transactions.mark_sent(conn, [one.hash for one in fresh], self._clock())
        self._engine.seal()
        settled = False
        if look:
            self._looked_at = time.monotonic()
            settled = self._look([one for one in unmined if one.state == "sent"])
        return bool(fresh) or settled

    def _submit(self, unmined: Sequence[Transaction]) -> None:
        answers = self._engine.rpc.batch(
            [("eth_sendRawTransaction", ["0x" + one.raw.hex()]) for one in unmined], keep_errors=True
        )
        for one, answer in zip(unmined, answers, strict=True):
            if isinstance(answer, RpcError):
                log.debug("submitter.node_said", nonce=one.nonce, reason=answer.reason)

    def _look(self, sent: Sequence[Transaction]) -> bool:
        """Whether some of these ended without their event: failed as a whole, or their nonce went to
        another.
        """
        if not sent:
            return False
        with self._database.read() as conn:
            at = index.as_of(conn)
        if at is None or at.trouble is not None:
            return False
        # In this order: a nonce that was final before the receipts were asked for, without a receipt,
        # went elsewhere.
        final = self._engine.final_height(head(self._engine.rpc).number)
        count = self._engine.rpc.call("eth_getTransactionCount", sent[0].sender, hex(final))
        settled = False
        for one, receipt in zip(sent, receipts(self._engine.rpc, [one.hash for one in sent]), strict=True):
            if receipt is None and one.nonce < int(count, 16):
                state, block = "dropped", None
            elif receipt is not None and receipt.block_number <= min(final, at.block):
                state, block = "mined", receipt.block_number  # the index has that block, and no event of this
            else:
                continue
            with self._database.write() as conn:
                batches = transactions.release(conn, one.hash, state, self._clock(), block_number=block)
            log.warning("submitter.released", nonce=one.nonce, state=state, batches=batches)
            settled = True
        return settled
