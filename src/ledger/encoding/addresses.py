"""Ethereum addresses: 20 bytes on chain, checksummed text (EIP-55) everywhere else."""

from __future__ import annotations

from functools import lru_cache

from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import BadInput


@lru_cache(maxsize=4096)
def from_bytes(raw: bytes) -> Address:
    """The checksummed form (EIP-55) of 20 bytes. Raises BadInput `address_malformed` for another length."""
    if len(raw) != 20:
        raise BadInput("address_malformed", got=f"{len(raw)} bytes")
    digits = raw.hex()
    checksum = keccak256(digits.encode()).hex()
    return Address(
        "0x" + "".join(d.upper() if int(c, 16) >= 8 else d for d, c in zip(digits, checksum, strict=False))
    )


def to_bytes(address: Address) -> bytes:
    """The 20 bytes of an address."""
    return bytes.fromhex(address[2:])


def parse(text: str) -> Address:
    """An address from outside: with a right checksum, or all in lower case.

    Raises BadInput `address_malformed` for anything else, so that a mistyped address is never taken.
    """
    try:
        if not text.startswith("0x") or len(text) != 42:
            raise ValueError
        address = from_bytes(bytes.fromhex(text[2:]))
    except ValueError:
        raise BadInput("address_malformed", got=text[:64]) from None
    if text not in {address, address.lower()}:
        raise BadInput("address_malformed", got=text)
    return address
