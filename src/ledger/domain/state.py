"""All that the contracts' logs say, as plain dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.domain.digests import EMPTY_HEAD, Domains
from ledger.domain.events import Contract
from ledger.domain.hierarchy import Hierarchy
from ledger.domain.rules import Authority
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.encoding.types import Address, Tag, Timestamp


@dataclass(slots=True)
class Journal:
    """A contract's running head and count. `awaited` words are still to be imported before it records."""

    head: bytes = EMPTY_HEAD
    count: int = 0
    sealed: bool = False
    awaited: int = 0


@dataclass(frozen=True, slots=True)
class Basis:
    """A statutory basis for sharing, in force in [valid_from, valid_until), unix seconds."""

    provider: int
    consumer: int
    category: int
    purpose: int
    valid_from: Timestamp
    valid_until: Timestamp
    legal_reference: str


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The latest head of an organisation's stream: leaves, RFC 6962 root, and the block's time."""

    size: int
    root: bytes
    recorded_at: Timestamp


@dataclass(slots=True)
class LedgerState:
    """The contracts' state. Words are as stored, with recorded_at; what was never recorded has no key.

    Certifications are kept by programme, then tag; the contract's storage key is
    `tags.certification_slot(programme, tag)`. The tag of a certification that was imported isn't known until
    its next revision: until then its word is in `imported`, by storage key.
    """

    domains: Domains
    journals: dict[Contract, Journal] = field(default_factory=lambda: {name: Journal() for name in Contract})
    owner: Address = ZERO_ADDRESS
    organisations: dict[int, int] = field(default_factory=dict)
    signers: dict[Address, int] = field(default_factory=dict)
    programmes: dict[int, int] = field(default_factory=dict)
    rules_hashes: dict[int, bytes] = field(default_factory=dict)
    enforcer: Address = ZERO_ADDRESS
    bases: dict[int, Basis] = field(default_factory=dict)
    tree_heads: dict[tuple[int, int], TreeHead] = field(default_factory=dict)
    certifications: dict[int, dict[Tag, int]] = field(default_factory=dict)
    consents: dict[Tag, int] = field(default_factory=dict)
    imported: dict[bytes, int] = field(default_factory=dict)
    accepted: dict[tuple[int, ...], set[tuple[int, int]]] = field(default_factory=dict, repr=False)
    """Pairs of old and new bits that the full rules have accepted; see `recording`."""

    @property
    def hierarchy(self) -> Hierarchy:
        """The organisations as they are now."""
        return Hierarchy(self.organisations)

    def authority(self, address: Address) -> Authority:
        """A key with the word that says what it may sign now."""
        return Authority(address, self.signers.get(address, 0))
