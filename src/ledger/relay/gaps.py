"""Nonces of ours that the chain waits for and nobody is sending.

None can open by what a submitter does. But a database that came back from a backup does not know what was
sent after it, and a reorganisation may undo just that; or undo the transaction that took a nonce from one of
ours.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from ledger.chain.engine import Engine
from ledger.chain.transactions import sign_transaction
from ledger.keys.vault import RELAYER, Vault
from ledger.store import transactions
from ledger.store.database import Database
from ledger.store.transactions import Transaction

log = structlog.get_logger(__name__)

_GAS = 21_000
"""Of a transaction that does nothing (Ethereum yellow paper, G_transaction)."""


class Gaps:
    """Fills them: with what was stored under such a nonce, or with a transaction to ourselves that does
    nothing. Where another is on its way after all, a node refuses these.
    """

    def __init__(self, database: Database, vault: Vault, engine: Engine, *, chain_id: int) -> None:
        self._database = database
        self._vault = vault
        self._engine = engine
        self._chain_id = chain_id

    def fill(self, unmined: Sequence[Transaction]) -> None:
        """`unmined` are the transactions that are being sent, by nonce, at least one."""
        sender = self._vault.address(RELAYER)
        mined = int(self._engine.rpc.call("eth_getTransactionCount", sender, "latest"), 16)
        missing = range(mined, min(one.nonce for one in unmined))
        if not missing:
            return
        with self._database.read() as conn:
            stored = transactions.under(conn, sender, missing)
        raws = [stored.get(nonce) or self._nothing(nonce) for nonce in missing]
        self._engine.rpc.batch(
            [("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws], keep_errors=True
        )
        log.warning("submitter.filled_gap", first=missing[0], last=missing[-1], stored=len(stored))

    def _nothing(self, nonce: int) -> bytes:
        signed = sign_transaction(
            self._vault,
            RELAYER,
            chain_id=self._chain_id,
            nonce=nonce,
            to=self._vault.address(RELAYER),
            data=b"",
            gas=_GAS,
        )
        return signed.raw
