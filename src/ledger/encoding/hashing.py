"""Keccak-256, as Ethereum uses it (the padding from before FIPS 202)."""

from __future__ import annotations

from eth_hash.auto import keccak as _keccak

HASH_SIZE = 32


def keccak256(data: bytes) -> bytes:
    """The 32-byte Keccak-256 hash of `data`."""
    return _keccak(data)


def uint256(value: int) -> bytes:
    """`value` as one ABI word: 32 bytes, big-endian. Any smaller unsigned type is encoded alike."""
    return value.to_bytes(32, "big")
