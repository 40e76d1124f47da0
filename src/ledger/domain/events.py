"""What the contracts log, typed. Fields after `number` are the Solidity event's arguments in order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from ledger.encoding.types import Address, BlockNumber, Digest, OrganisationId, ProgrammeId, Timestamp


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


@dataclass(frozen=True, slots=True)
class CountedEvent(Event):
    """A log of a change that the running head took in; `number` is the contract's count after it."""

    CONTRACT: ClassVar[Contract]

    number: int


@dataclass(frozen=True, slots=True)
class GovernedEvent(CountedEvent):
    """A change of the public registers. `ARGUMENTS` are the ABI types of the fields after `number`."""

    ARGUMENTS: ClassVar[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class OrganisationAdded(GovernedEvent):
    """An organisation was registered under `parent` (0 for none)."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("uint24", "uint24", "uint16", "address", "string")

    organisation: OrganisationId
    parent: OrganisationId
    roles: int
    admin: Address
    name: str


@dataclass(frozen=True, slots=True)
class OrganisationChanged(GovernedEvent):
    """An organisation's place, roles or activity changed."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("uint24", "uint24", "uint16", "bool")

    organisation: OrganisationId
    parent: OrganisationId
    roles: int
    active: bool


@dataclass(frozen=True, slots=True)
class OrganisationAdminChanged(GovernedEvent):
    """Another address administers an organisation's keys."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("uint24", "address")

    organisation: OrganisationId
    admin: Address


@dataclass(frozen=True, slots=True)
class SignerAdded(GovernedEvent):
    """A key may sign for an organisation in [valid_from, valid_until)."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("address", "uint24", "uint32", "uint32")

    signer: Address
    organisation: OrganisationId
    valid_from: Timestamp
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class SignerEnded(GovernedEvent):
    """A key's window ends earlier."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("address", "uint32")

    signer: Address
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class SignerDistrusted(GovernedEvent):
    """What a key signed since a past moment is not believed."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("address", "uint32")

    signer: Address
    since: Timestamp


@dataclass(frozen=True, slots=True)
class GovernanceTransferred(GovernedEvent):
    """Another address governs."""

    CONTRACT = Contract.MEMBERS
    ARGUMENTS = ("address", "address")

    previous_owner: Address
    new_owner: Address


@dataclass(frozen=True, slots=True)
class ProgrammeSet(GovernedEvent):
    """A version of a programme came into force. Longest validities are in seconds."""

    CONTRACT = Contract.POLICIES
    ARGUMENTS = ("uint16", "uint32", "bool", "uint8", "uint32", "uint32", "bytes32")

    programme: ProgrammeId
    version: int
    active: bool
    seamless_limit: int
    longest_senior: int
    longest_seamless: int
    rules_hash: bytes


@dataclass(frozen=True, slots=True)
class BasisAdded(GovernedEvent):
    """A statutory basis for sharing was registered."""

    CONTRACT = Contract.POLICIES
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
class BasisEnded(GovernedEvent):
    """A statutory basis ends earlier."""

    CONTRACT = Contract.POLICIES
    ARGUMENTS = ("uint32", "uint32")

    basis: int
    valid_until: Timestamp


@dataclass(frozen=True, slots=True)
class CertificationsRecorded(CountedEvent):
    """A signed batch of certifications or decisions was recorded."""

    CONTRACT = Contract.CERTIFICATIONS

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

    CONTRACT = Contract.CONSENTS

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

    CONTRACT = Contract.ANCHORS

    organisation: OrganisationId
    stream: int
    size: int
    root: bytes
    deadline: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class BatchRefused(Event):
    """One batch of a transaction that carried many was refused; `reason` is the ABI-encoded error."""

    contract: Contract
    index: int
    digest: Digest
    reason: bytes
