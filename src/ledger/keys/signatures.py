"""ECDSA over secp256k1 as the contracts check it: 65 bytes r ‖ s ‖ v, low s, v 27 or 28."""

from __future__ import annotations

import coincurve

from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import Refused

SIGNATURE_SIZE = 65
# Half the group order (SEC 2, secp256k1). Of s and n - s only the lower is accepted, as by EIP-2.
_HALF_ORDER = (0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0).to_bytes(32, "big")


def sign(private_key: coincurve.PrivateKey, digest: bytes) -> bytes:
    """The deterministic (RFC 6979) signature of a 32-byte digest."""
    if len(digest) != 32:
        raise ValueError(f"a digest has 32 bytes, this one {len(digest)}")
    signature: bytes = private_key.sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes((27 + signature[64],))


def recover(digest: bytes, signature: bytes) -> Address:
    """The address whose key signed `digest`. Raises as `public_key` does."""
    return address_of(public_key(digest, signature))


def public_key(digest: bytes, signature: bytes) -> bytes:
    """The key (0x04 ‖ x ‖ y, 65 bytes) that signed `digest`.

    Raises Refused `signature_malformed` with the reason for a wrong length, a v other than 27 or 28, a high
    s, or values that belong to no key.
    """
    if len(signature) != SIGNATURE_SIZE:
        raise Refused("signature_malformed", reason=f"{len(signature)} bytes instead of {SIGNATURE_SIZE}")
    v = signature[64]
    if v not in {27, 28}:
        raise Refused("signature_malformed", reason=f"v is {v}, not 27 or 28")
    if signature[32:64] > _HALF_ORDER:
        raise Refused("signature_malformed", reason="s is in the upper half")
    try:
        key = coincurve.PublicKey.from_signature_and_message(
            signature[:64] + bytes((v - 27,)), digest, hasher=None
        )
    except Exception as error:  # coincurve raises bare Exception for a point that isn't on the curve
        raise Refused("signature_malformed", reason="no key has made it") from error
    uncompressed: bytes = key.format(compressed=False)
    return uncompressed


def address_of(public_key: bytes) -> Address:
    """The address of an uncompressed public key (0x04 ‖ x ‖ y, 65 bytes): the last 20 bytes of its hash."""
    return addresses.from_bytes(keccak256(public_key[1:])[12:])
