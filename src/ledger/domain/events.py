"""What the contracts log, typed. Fields after `number` are the Solidity event's arguments in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ledger.encoding.types import Address, BlockNumber, Digest, OrganisationId, ProgrammeId, Timestamp, Word


class Contract(StrEnum):
    """The contracts that keep a running head; the value is the name in their EIP-712 domain."""

    MEMBERS = "Members"
    POLICIES = "Policies"
    CERTIFICATIONS = "Certifications"
    CONSENTS = "Consents"
    ANCHORS = "Anchors"


@dataclass(frozen=True, slots=True)
class LogPosition:
    """Where a log stands. Hashes are 32 bytes, the time is the block's."""

    block_number: BlockNumber
    block_hash: bytes
    block_time: Timestamp
    log_index: int
    transaction_hash: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """A log of one of the contracts."""

    position: LogPosition
    contract: Contract


@dataclass(frozen=True, slots=True)
class CountedEvent(Event):
    """A log of a change that the running head took in; `number` is the contract's count after it."""

    number: int


@dataclass(frozen=True, slots=True)
class UnsignedEvent(CountedEvent):
    """A change without a signature of its own. `ARGUMENTS`: the ABI types of the fields after `number`."""

    ARGUMENTS: ClassVar[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OrganisationAdded(UnsignedEvent):
    """An organisation was registered under `parent` (0 for none)."""

    ARGUMENTS = ("uint24", "uint24", "uint16", "address", "string")

    organisation: OrganisationId
    parent: OrganisationId
    roles: int
    admin: Address
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationChanged(UnsignedEvent):
    """An organisation's place, roles or activity changed."""

    ARGUMENTS = ("uint24", "uint24", "uint16", "bool")

    organisation: OrganisationId
    parent: OrganisationId
    roles: int
    active: bool


@dataclass(frozen=True, slots=True)
class OrganisationAdminChanged(UnsignedEvent):
    """Another address administers an organisation's keys."""

    ARGUMENTS = ("uint24", "address")

    organisation: OrganisationId
    admin: Address


@dataclass(frozen=True, slots=True)
class SignerAdded(UnsignedEvent):
    """A key may sign for an organisation in [valid_from, valid_until)."""

    ARGUMENTS = ("address", "uint24", "uint32", "uint32")

    signer: Address
    organisation: OrganisationId
    valid_from: Timestamp
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class SignerEnded(UnsignedEvent):
    """A key's window ends earlier."""

    ARGUMENTS = ("address", "uint32")

    signer: Address
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class SignerDistrusted(UnsignedEvent):
    """What a key signed since a past moment is not believed."""

    ARGUMENTS = ("address", "uint32")

    signer: Address
    since: Timestamp


@dataclass(frozen=True, slots=True)
class GovernanceTransferred(UnsignedEvent):
    """Another address governs."""

    ARGUMENTS = ("address", "address")

    previous_owner: Address
    new_owner: Address


@dataclass(frozen=True, slots=True)
class ProgrammeSet(UnsignedEvent):
    """A version of a programme came into force. Longest validities are in seconds."""

    ARGUMENTS = ("uint16", "uint32", "bool", "uint8", "uint32", "uint32", "bytes32")

    programme: ProgrammeId
    version: int
    active: bool
    seamless_limit: int
    longest_senior: int
    longest_seamless: int
    rules_hash: bytes


@dataclass(frozen=True, slots=True)
class EnforcerSet(UnsignedEvent):
    """Another `Certifications` is told of programmes from now on."""

    ARGUMENTS = ("address",)

    enforcer: Address


@dataclass(frozen=True, slots=True)
class BasisAdded(UnsignedEvent):
    """A statutory basis for sharing was registered."""

    ARGUMENTS = ("uint32", "uint24", "uint24", "uint16", "uint16", "uint32", "uint32", "string")

    basis: int
    provider: OrganisationId
    consumer: OrganisationId
    category: int
    purpose: int
    valid_from: Timestamp
    valid_until: Timestamp
    legal_reference: str


@dataclass(frozen=True, slots=True)
class BasisEnded(UnsignedEvent):
    """A statutory basis ends earlier."""

    ARGUMENTS = ("uint32", "uint32")

    basis: int
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class CertificationsRecorded(CountedEvent):
    """A signed batch of certifications or decisions was recorded."""

    signer: Address
    organisation: OrganisationId
    programme: ProgrammeId
    scheme: int
    deadline: int
    entries: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class ConsentsRecorded(CountedEvent):
    """A signed batch of consents was recorded; `review` is the reviewer's signature if `reviewed`."""

    signer: Address
    organisation: OrganisationId
    deadline: int
    reviewed: bool
    entries: bytes
    signature: bytes
    review: bytes


@dataclass(frozen=True, slots=True)
class TreeHeadAnchored(CountedEvent):
    """A stream of an organisation has grown to `size` leaves with the RFC 6962 root `root`."""

    organisation: OrganisationId
    stream: int
    size: int
    root: bytes
    deadline: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Sealed(UnsignedEvent):
    """A contract records nothing any more; `head` is its running head before this event."""

    ARGUMENTS = ("address", "bytes32")

    successor: Address
    head: bytes


@dataclass(frozen=True, slots=True)
class WordsImported(UnsignedEvent):
    """A successor took over words of its predecessor, each under its 32-byte storage key."""

    ARGUMENTS = ("bytes32[]", "uint256[]")

    keys: tuple[bytes, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class BatchRefused(Event):
    """One batch of a transaction that carried many was refused; `reason` is the ABI-encoded error."""

    index: int
    digest: Digest
    reason: bytes
