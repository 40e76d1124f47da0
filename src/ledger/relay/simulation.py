"""Asks the contract before anything is sent: what it would refuse is left out, and the rest goes."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Rpc
from ledger.chain.simulation import simulate
from ledger.domain.rules import Refusal
from ledger.relay import calls, metrics
from ledger.relay.reasons import STALE, reason, refusal_of
from ledger.store import outbox
from ledger.store.outbox import Batch

log = structlog.get_logger(__name__)

# Another batch brings these about, not what the entry says: formed again, it may well pass.
_FORM_AGAIN = {STALE, "DeadlinePassed"}


class Simulator:
    """Runs batches against the node's newest state, each by itself."""

    def __init__(self, rpc: Rpc, deployment: Deployment) -> None:
        self._rpc = rpc
        self._addresses = deployment.addresses

    def simulate(self, batches: Sequence[Batch], at_time: int) -> list[tuple[Batch, Refusal | None]]:
        """Each batch, in the order given, with what the contract says against it.

        Raises NodeUnreachable; RpcError if the node can't tell.
        """
        refusals: dict[int, Refusal | None] = {}
        for contract in sorted({calls.contract_of(batch) for batch in batches}):
            theirs = [batch for batch in batches if calls.contract_of(batch) == contract]
            data = [calls.one(batch) for batch in theirs]
            errors = simulate(self._rpc, self._addresses[contract], data, at_time=at_time)
            for batch, error in zip(theirs, errors, strict=True):
                refusals[batch.id] = None if error is None else refusal_of(error)
        return [(batch, refusals[batch.id]) for batch in batches]

    def settle(self, conn: Connection, batch: Batch, refusal: Refusal, at: float) -> None:
        """Takes the batch apart: who was refused is told why, the others wait again for the next batch."""
        code, params = reason(refusal)
        sequences = outbox.entry_sequences(conn, batch.id)
        outbox.dissolve(conn, batch.id, code, params, at, before=("signed",))
        metrics.DISSOLVED.labels(code).inc()
        log.info("submitter.refused", code=code, **params)
        if refusal.name in _FORM_AGAIN:
            return
        refused = sequences.values() if refusal.index is None else [sequences[refusal.index]]
        outbox.refuse(conn, [(sequence, code, params) for sequence in refused], at)
        metrics.REFUSED.labels(code).inc(len(refused))
