"""Authenticated encryption: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.

A sealed value is nonce (12 bytes) ‖ ciphertext ‖ tag (16). Random nonces are safe for up to 2**32 values
under one key; every subject has a key of their own, so none comes near.
"""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import Refused

KEY_SIZE = 32
_NONCE_SIZE = 12
_TAG_SIZE = 16


def seal(key: bytes, plaintext: bytes, associated_data: bytes) -> bytes:
    """`plaintext` sealed under a 32-byte `key`.

    `associated_data` says what and whose the value is: sealed values moved to another place do not open.
    """
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return nonce + AESGCM(_checked(key)).encrypt(nonce, plaintext, associated_data)


def open_sealed(key: bytes, sealed: bytes, associated_data: bytes) -> bytes:
    """What `seal` was given. Raises Refused `seal_broken` for another key, place, or altered bytes."""
    if len(sealed) < _NONCE_SIZE + _TAG_SIZE:
        raise Refused("seal_broken")
    try:
        return AESGCM(_checked(key)).decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], associated_data)
    except InvalidTag:
        raise Refused("seal_broken") from None


def _checked(key: bytes) -> bytes:
    if len(key) != KEY_SIZE:  # AESGCM would take 16 or 24 bytes too, and be weaker without a word
        raise ValueError(f"a sealing key has {KEY_SIZE} bytes, this one {len(key)}")
    return key
