"""Transactions, signed by a key of the vault."""

from __future__ import annotations

from dataclasses import dataclass

import rlp

from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.keys.vault import SigningKeys

_TYPE = b"\x02"


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction as it is sent: `raw` bytes and their 32-byte `hash`."""

    raw: bytes
    hash: bytes
    sender: Address
    nonce: int


def sign_transaction(
    keys: SigningKeys,
    key: str,
    *,
    chain_id: int,
    nonce: int,
    to: Address | None,
    data: bytes,
    gas: int,
    fee_per_gas: int = 0,
) -> SignedTransaction:
    """A type 2 transaction (EIP-1559) without value, signed by the key of that name; creates a contract if
    `to` is None.

    `fee_per_gas` in wei, as priority and as maximum: the ledger's chains are its members' own and take none.
    """
    fields: list[bytes | int | list[bytes]] = [
        chain_id,
        nonce,
        fee_per_gas,
        fee_per_gas,
        gas,
        addresses.to_bytes(to) if to else b"",
        0,
        data,
        [],
    ]
    signature = keys.sign_digest(key, keccak256(_TYPE + rlp.encode(fields)))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
    raw = _TYPE + rlp.encode([*fields, signature[64] - 27, r, s])
    return SignedTransaction(raw, keccak256(raw), keys.address(key), nonce)
