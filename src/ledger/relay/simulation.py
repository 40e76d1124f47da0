"""Asks the contract before anything is sent: what it would refuse is left out, and the rest goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import structlog
from sqlalchemy import Connection

from ledger.chain.bindings.errors import decode_error
from ledger.chain.rpc import Rpc, RpcError
from ledger.domain.rules import Refusal
from ledger.relay import calls, metrics
from ledger.relay.reasons import STALE, reason
from ledger.relay.refusals import refusal_of
from ledger.relay.target import Target
from ledger.store import outbox
from ledger.store.outbox import Batch

log = structlog.get_logger(__name__)

# Another batch brings these about, not what the entry says: formed again, it may well pass.
_FORM_AGAIN = {STALE, "DeadlinePassed"}


class Simulator:
    """Runs batches against the node's newest state, each by itself."""

    def __init__(self, rpc: Rpc, target: Target) -> None:
        self._rpc = rpc
        self._target = target

    def simulate(self, batches: Sequence[Batch]) -> Iterator[tuple[Batch, Refusal | None]]:
        """Each batch with what the contract says against it. Raises NodeUnreachable; RpcError if it can't
        tell.
        """
        questions = [
            (
                "eth_call",
                [
                    {
                        "to": self._target.contracts[calls.contract_of(batch)],
                        "data": "0x" + calls.one(batch).hex(),
                    },
                    "latest",
                ],
            )
            for batch in batches
        ]
        for batch, answer in zip(batches, self._rpc.batch(questions, keep_errors=True), strict=True):
            if not isinstance(answer, RpcError):
                yield batch, None
            elif answer.data:
                yield batch, refusal_of(decode_error(answer.data))
            else:
                raise answer

    def settle(self, conn: Connection, batch: Batch, refusal: Refusal, at: float) -> None:
        """Takes the batch apart: who was refused is told why, the others wait again for the next batch."""
        code, params = reason(refusal)
        sequences = outbox.entry_sequences(conn, batch.id)
        outbox.dissolve(conn, batch.id, code, params, at)
        metrics.DISSOLVED.labels(code).inc()
        log.info("submitter.refused", code=code, **params)
        if refusal.name in _FORM_AGAIN:
            return
        refused = sequences.values() if refusal.index is None else [sequences[refusal.index]]
        outbox.refuse(conn, [(sequence, code, params) for sequence in refused], at)
        metrics.REFUSED.labels(code).inc(len(refused))
