"""Stores a signed transaction under the next nonce, before anyone sends it. See docs/submission.md."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import Connection

from ledger.chain.engine import Engine
from ledger.chain.transactions import sign_transaction
from ledger.encoding.types import Address
from ledger.keys.vault import RELAYER, Vault
from ledger.store import transactions
from ledger.store.database import Database


def _nothing_else(_conn: Connection, _transaction_hash: bytes) -> None:
    """Writes nothing."""


class Preparing:
    """Claims the relayer's nonces, one transaction after another. Used by one thread."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        engine: Engine,
        *,
        chain_id: int,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._vault = vault
        self._engine = engine
        self._chain_id = chain_id
        self._clock = clock
        self._version: int | None = None
        """Of the nonce's row since it was taken over here."""

    def prepare(
        self,
        to: Address,
        data: bytes,
        gas: int,
        *,
        batch_ids: Collection[int] = (),
        also: Callable[[Connection, bytes], None] = _nothing_else,
    ) -> None:
        """Stores the transaction of a call, that carries these signed batches; what `also` writes, with its
        hash, is written together with it.

        Raises Misconfigured `another_submitter` when one has taken over, and then nothing is written.
        """
        sender = self._vault.address(RELAYER)
        mined = int(self._engine.rpc.call("eth_getTransactionCount", sender, "latest"), 16)
        if self._version is None:
            with self._database.write() as conn:
                self._version = transactions.take_over(conn, sender)
        version, self._version = self._version, None
        with self._database.write() as conn:
            nonce = transactions.next_nonce(conn, sender, at_least=mined)
            signed = sign_transaction(
                self._vault, RELAYER, chain_id=self._chain_id, nonce=nonce, to=to, data=data, gas=gas
            )
            version = transactions.prepare(
                conn,
                sender=sender,
                nonce=nonce,
                version=version,
                raw=signed.raw,
                transaction_hash=signed.hash,
                batch_ids=batch_ids,
                at=self._clock(),
            )
            also(conn, signed.hash)
        self._version = version
