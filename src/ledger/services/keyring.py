"""Opens what is sealed for a subject or a case, and seals what is new."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.encoding.canonical import canonical_json
from ledger.keys import sealing, subject_keys
from ledger.keys.vault import Vault


@dataclass(frozen=True, slots=True)
class Keys:
    """The subject key of a subject (or case), from which tags and handles derive, and its data key."""

    owner_id: str
    subject_key: bytes = field(repr=False)
    data_key: bytes = field(repr=False)

    def seal(self, place: str, value: Mapping[str, Any]) -> bytes:
        """`value` as canonical JSON, sealed; it opens only at the same `place` of the same owner."""
        return self.seal_document(place, canonical_json(dict(value)))

    def seal_document(self, place: str, document: bytes) -> bytes:
        """The same for a value that is canonical JSON already."""
        return sealing.seal(self.data_key, document, self._at(place))

    def open(self, place: str, sealed: bytes) -> dict[str, Any]:
        """What was sealed. Raises Refused `seal_broken`."""
        value: dict[str, Any] = json.loads(sealing.open_sealed(self.data_key, sealed, self._at(place)))
        return value

    def _at(self, place: str) -> bytes:
        return f"{place}:{self.owner_id}".encode()


def open_keys(vault: Vault, wrapped: Mapping[str, bytes]) -> dict[str, Keys]:
    """The keys of each owner id whose wrapping key still exists; one that was erased is not there."""
    wrapping_keys = vault.wrapping_keys(wrapped)
    return {
        owner_id: _keys(owner_id, subject_keys.unwrap(wrapping_key, wrapped[owner_id], owner_id))
        for owner_id, wrapping_key in wrapping_keys.items()
    }


def open_subject_key(vault: Vault, owner_id: str, wrapped: bytes) -> bytes | None:
    """The subject key alone, from which tags derive; None if its wrapping key was destroyed."""
    wrapping_key = vault.wrapping_keys([owner_id]).get(owner_id)
    return None if wrapping_key is None else subject_keys.unwrap(wrapping_key, wrapped, owner_id)


def new_keys(vault: Vault, owner_ids: Iterable[str]) -> dict[str, tuple[Keys, bytes]]:
    """Fresh keys for each owner id, each with its wrapped subject key for the database."""
    made: dict[str, tuple[Keys, bytes]] = {}
    for owner_id, wrapping_key in vault.create_subject_keys(owner_ids).items():
        subject_key = subject_keys.new()
        wrapped = subject_keys.wrap(wrapping_key, subject_key, owner_id)
        made[owner_id] = (_keys(owner_id, subject_key), wrapped)
    return made


def _keys(owner_id: str, subject_key: bytes) -> Keys:
    return Keys(owner_id, subject_key, subject_keys.data_key(subject_key))
