"""Seals signals: a million small values that a night opens at once, so one key and no JSON.

The key is derived from the vault's index key (HKDF-SHA256, RFC 5869). An erased person's signals are deleted,
and all others a month after they stop counting, so they need no keys of their own to be forgotten. At most
2**32 values may be sealed under one key with random nonces (NIST SP 800-38D, section 8.3): what 600,000
people bring in a hundred years.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import date

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import Refused
from ledger.keys.sealing import KEY_SIZE

_NONCE_SIZE = 12
_SLOT_SIZE = 16


class SignalSeal:
    """Opens and seals what a signal says, bound to its place; names the place without telling it."""

    def __init__(self, index_key: bytes) -> None:
        self._cipher = AESGCM(_derived(index_key, b"signals"))
        self._slot_key = _derived(index_key, b"signal slots")

    def slot(self, subject_id: str, department: int, kind: str, month: int) -> bytes:
        """16 bytes that stand for a person, department, kind and month: at most one signal stands in each."""
        place = f"{subject_id}:{department}:{kind}:{month}".encode()
        return hashlib.blake2b(place, key=self._slot_key, digest_size=_SLOT_SIZE).digest()

    def seal(self, slot: bytes, kind: str, occurred_on: date, reference: str) -> bytes:
        """What the signal says, sealed to its slot."""
        nonce = secrets.token_bytes(_NONCE_SIZE)
        said = f"{kind}\0{occurred_on.toordinal()}\0{reference}".encode()
        return nonce + self._cipher.encrypt(nonce, said, slot)

    def open(self, slot: bytes, sealed: bytes) -> tuple[str, date, str]:
        """Kind, day and reference. Raises Refused `seal_broken`."""
        try:
            said = self._cipher.decrypt(sealed[:_NONCE_SIZE], sealed[_NONCE_SIZE:], slot)
        except (InvalidTag, ValueError):
            raise Refused("seal_broken") from None
        kind, day, reference = said.decode().split("\0")
        return kind, date.fromordinal(int(day)), reference


def _derived(index_key: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(index_key)
