"""Sends single transactions and waits for them: deployment and governance. Records go through the
submitter.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import rlp

from ledger.chain.bindings.errors import decode_error
from ledger.chain.blocks import Receipt, receipts
from ledger.chain.engine import Engine
from ledger.chain.rpc import RpcError
from ledger.chain.transactions import sign_transaction
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import CannotKnow, Refused
from ledger.keys.vault import SigningKeys

_MARGIN = (5, 4)  # an estimate is exact for the state it saw; another transaction may come first
_POLL = 0.2


@dataclass
class Sender:
    """Sends from the key of that name, one transaction after another. `timeout` in seconds."""

    engine: Engine
    keys: SigningKeys
    key: str
    timeout: float = 60.0

    def __post_init__(self) -> None:
        self.address = self.keys.address(self.key)
        self._lock = Lock()

    @cached_property
    def _chain_id(self) -> int:
        return int(self.engine.rpc.call("eth_chainId"), 16)

    def next_created(self) -> Address:
        """The address of the contract that the next transaction without a receiver creates."""
        created = keccak256(rlp.encode([addresses.to_bytes(self.address), self._next_nonce()]))
        return addresses.from_bytes(created[12:])

    def settle(self) -> None:
        """Waits until all that the key ever sent is in a block: a process that was killed may have left some.

        Raises CannotKnow `transactions_waiting` after `timeout`, with how many there are.
        """
        deadline = time.monotonic() + self.timeout
        while waiting := self._next_nonce() - self._nonce_at("latest"):
            if time.monotonic() > deadline:
                raise CannotKnow("transactions_waiting", count=waiting, address=self.address)
            self.engine.seal()
            time.sleep(_POLL)

    def send(self, to: Address | None, data: bytes) -> Receipt:
        """Sends `data` to a contract, or creates one, and returns the receipt once it is in a block.

        Raises Refused `contract_refused` with the contract's error, found by a trial before anything is
        sent, or `transaction_reverted` if another transaction came between; CannotKnow
        `transaction_not_included` after `timeout`, with the hash under which it may still go in.
        """
        with self._lock:
            signed = sign_transaction(
                self.keys,
                self.key,
                chain_id=self._chain_id,
                nonce=self._next_nonce(),
                to=to,
                data=data,
                gas=self._estimate(to, data),
            )
            self.engine.rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex())
            receipt = self._wait(signed.hash)
        if not receipt.succeeded:
            raise Refused("transaction_reverted", transaction="0x" + signed.hash.hex())
        return receipt

    def _wait(self, transaction_hash: bytes) -> Receipt:
        deadline = time.monotonic() + self.timeout
        while True:
            self.engine.seal()
            (receipt,) = receipts(self.engine.rpc, [transaction_hash])
            if receipt is not None:
                return receipt
            if time.monotonic() > deadline:
                raise CannotKnow("transaction_not_included", transaction="0x" + transaction_hash.hex())
            time.sleep(_POLL)

    def _next_nonce(self) -> int:
        return self._nonce_at("pending")

    def _nonce_at(self, block: str) -> int:
        return int(self.engine.rpc.call("eth_getTransactionCount", self.address, block), 16)

    def _estimate(self, to: Address | None, data: bytes) -> int:
        call = {"from": self.address, "data": "0x" + data.hex()} | ({"to": to} if to else {})
        try:
            estimate = int(self.engine.rpc.call("eth_estimateGas", call, "pending"), 16)
        except RpcError as error:
            if error.data is None:
                raise
            raise Refused("contract_refused", error=str(decode_error(error.data))) from error
        return estimate * _MARGIN[0] // _MARGIN[1]
