"""What the ledger asks of whoever holds its keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from ledger.encoding.types import Address

RELAYER = "relayer"
"""Sends transactions. What it relays counts by the organisations' signatures, not by its own."""
GOVERNANCE = "governance"
"""Owns the contracts on the embedded chain."""
OPERATOR = "operator"
"""Signs heads of the embedded chain and answers of the service."""


def organisation_key(organisation: int) -> str:
    """The name of an organisation's first signing key."""
    return f"organisation-{organisation}"


def organisation_keys(vault: Vault, organisation: int) -> list[str]:
    """The names of an organisation's keys in the vault, the oldest first."""
    first = organisation_key(organisation)
    numbers = {
        name: int(name.removeprefix(first + "-")) if name != first else 1
        for name in vault.names()
        if name == first or name.startswith(first + "-")
    }
    return sorted(numbers, key=lambda name: numbers[name])


def next_organisation_key(vault: Vault, organisation: int) -> str:
    """The name for another key of an organisation: organisation-12, then organisation-12-2 and so on."""
    count = len(organisation_keys(vault, organisation))
    return f"{organisation_key(organisation)}-{count + 1}" if count else organisation_key(organisation)


class SigningKeys(Protocol):
    """Signing keys by name. Private keys never leave it."""

    def address(self, name: str) -> Address:
        """The key's address. Raises NotFound `signing_key_unknown`."""
        ...

    def sign_digest(self, name: str, digest: bytes) -> bytes:
        """The 65-byte signature r ‖ s ‖ v of a 32-byte digest. Raises NotFound `signing_key_unknown`."""
        ...


class Vault(SigningKeys, Protocol):
    """Signing keys, a wrapping key per subject, and the key of the blind index.

    Wrapping keys leave it, to open what the database holds.
    """

    def names(self) -> list[str]:
        """The names of all signing keys, sorted."""
        ...

    def create_signing_key(self, name: str) -> Address:
        """Makes a random key. Raises Conflict `signing_key_exists`."""
        ...

    def create_subject_keys(self, subject_ids: Iterable[str]) -> Mapping[str, bytes]:
        """Makes a 32-byte wrapping key for each id, all or none. Raises Conflict `subject_key_exists`."""
        ...

    def wrapping_keys(self, subject_ids: Iterable[str]) -> Mapping[str, bytes]:
        """The wrapping keys of those ids that have one; a destroyed one is simply not there."""
        ...

    def destroy_subject_key(self, subject_id: str) -> None:
        """Destroys a wrapping key for ever. One that is gone is no error: erasure lists are applied twice."""
        ...

    def index_key(self) -> bytes:
        """The 32-byte key of the blind index."""
        ...
