"""Anvil with block times that the test sets, and keys from a seed: a run can be repeated to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Self

import coincurve

from ledger.chain.bindings.errors import ContractError, decode_error
from ledger.chain.blocks import Block, block_at, receipts
from ledger.chain.embedded.binary import find_anvil
from ledger.chain.embedded.process import AnvilProcess, Genesis
from ledger.chain.rpc import Rpc, RpcError
from ledger.chain.transactions import sign_transaction
from ledger.domain.rules import Refusal
from ledger.encoding import addresses
from ledger.encoding.types import Address
from ledger.keys import signatures

CHAIN_ID = 510181
CALL_GAS = 1_000_000_000


@dataclass(frozen=True)
class Key:
    """A signing key."""

    private: coincurve.PrivateKey
    address: Address

    @classmethod
    def draw(cls, random: Random) -> Key:
        private = coincurve.PrivateKey(random.randbytes(32))
        return cls(private, signatures.address_of(private.public_key.format(compressed=False)))

    def sign(self, digest: bytes) -> bytes:
        return signatures.sign(self.private, digest)


@dataclass(frozen=True)
class Call:
    """What one account asks of one contract."""

    sender: Address
    to: Address
    data: bytes
    gas: int = CALL_GAS


class ClockedChain:
    """An empty chain that begins at the unix time `start`."""

    def __init__(self, directory: Path, start: int) -> None:
        genesis = Genesis(CHAIN_ID, start, "0x" + "0" * 39 + "1")
        self._anvil = AnvilProcess(find_anvil(), genesis, port=0, directory=directory)
        self._keys: dict[Address, Key] = {}
        self._nonces: dict[Address, int] = {}
        self._waiting: list[bytes] = []
        self._height = 0

    @property
    def rpc(self) -> Rpc:
        return self._anvil.rpc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._anvil.stop()

    def enlist(self, key: Key) -> Address:
        """Lets a key's account send transactions."""
        self._keys[key.address] = key
        self._nonces[key.address] = 0
        return key.address

    def address(self, name: str) -> Address:
        """Here a key's name is its address."""
        return self._keys[Address(name)].address

    def sign_digest(self, name: str, digest: bytes) -> bytes:
        return self._keys[Address(name)].sign(digest)

    def send(self, sender: Address, to: Address | None, data: bytes, gas: int = CALL_GAS) -> bytes:
        """Puts a transaction in the queue of the next block; its hash."""
        signed = sign_transaction(
            self, sender, chain_id=CHAIN_ID, nonce=self._nonces[sender], to=to, data=data, gas=gas
        )
        self._nonces[sender] += 1
        self.rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex())
        self._waiting.append(signed.hash)
        return signed.hash

    def mine(self, time: int) -> Block:
        """Makes a block of what waits, which must all go through."""
        self.rpc.call("evm_mine", {"timestamp": time})
        self._height += 1
        block = block_at(self.rpc, self._height)
        assert block is not None
        assert block.time == time
        for receipt in receipts(self.rpc, self._waiting):
            assert receipt is not None, "a transaction that was sent is not in the block"
            assert receipt.succeeded, f"transaction 0x{receipt.transaction_hash.hex()} reverted"
        self._waiting.clear()
        return block

    def created_by(self, transaction_hash: bytes) -> Address:
        """Where the contract is that a mined transaction made."""
        receipt = self.rpc.call("eth_getTransactionReceipt", "0x" + transaction_hash.hex())
        return addresses.parse(receipt["contractAddress"])

    def ask(self, calls: Sequence[Call], time: int) -> list[Refusal | None]:
        """What the contracts would say to each call alone, in a block of this time on the newest state."""
        requests = [
            (
                "eth_call",
                [
                    {"from": c.sender, "to": c.to, "data": "0x" + c.data.hex(), "gas": hex(c.gas)},
                    "latest",
                    {},
                    {"time": hex(time)},
                ],
            )
            for c in calls
        ]
        return [_refusal(answer) for answer in self.rpc.batch(requests, keep_errors=True)]


def refusal_of(error: ContractError) -> Refusal:
    """A contract's error as the rules in Python say it."""
    return Refusal(error.name, tuple(error.arguments.values()))


def _refusal(answer: object) -> Refusal | None:
    if not isinstance(answer, RpcError):
        return None
    if answer.data is None:
        raise answer
    return refusal_of(decode_error(answer.data))
