"""Passwords and random tokens. Stored are only an argon2id hash (RFC 9106) and SHA-256 of a 256-bit token."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ledger.errors import BadInput

SHORTEST = 12
"""NIST SP 800-63B-4 asks for 15 where a password stands alone; accounts here also lock after failures."""
LONGEST = 256

_hasher = PasswordHasher()  # the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes


def hash_password(password: str) -> str:
    """The argon2id hash. Raises BadInput `password_too_short` or `password_too_long`."""
    if len(password) < SHORTEST:
        raise BadInput("password_too_short", got=len(password), expected=SHORTEST)
    if len(password) > LONGEST:
        raise BadInput("password_too_long", got=len(password), expected=LONGEST)
    return _hasher.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; without a hash the same work is done, so that time tells nothing."""
    try:
        _hasher.verify(password_hash or _hash_of_nothing(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """SHA-256; a random 256-bit token needs no slow hash."""
    return hashlib.sha256(token.encode()).digest()


@cache
def _hash_of_nothing() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
