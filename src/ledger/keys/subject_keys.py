"""The subject key: 256 random bits from which everything of one person derives.

It is stored only wrapped, under a wrapping key that only the vault holds. Destroying the wrapping key makes
every copy of the wrapped key, in backups too, useless.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.keys.sealing import KEY_SIZE, open_sealed, seal

_PLACE = b"subject-key"


def new() -> bytes:
    """A fresh subject key, 32 bytes."""
    return secrets.token_bytes(KEY_SIZE)


def wrap(wrapping_key: bytes, subject_key: bytes, subject_id: str) -> bytes:
    """The subject key sealed under its wrapping key, bound to the subject's id."""
    return seal(wrapping_key, subject_key, _place(subject_id))


def unwrap(wrapping_key: bytes, wrapped: bytes, subject_id: str) -> bytes:
    """The subject key. Raises Refused `seal_broken` if this is another subject's or was altered."""
    return open_sealed(wrapping_key, wrapped, _place(subject_id))


def data_key(subject_key: bytes) -> bytes:
    """The key that seals the subject's personal columns: HKDF-SHA256 (RFC 5869), no salt, info "data".

    Apart from the key of tags and handles, so a data key alone links nothing to the chain.
    """
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=b"data").derive(subject_key)


def _place(subject_id: str) -> bytes:
    return _PLACE + b":" + subject_id.encode()
