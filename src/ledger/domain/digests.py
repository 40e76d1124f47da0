"""The digest by which an event entered its contract's running head, and how heads grow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple

from eth_abi.abi import encode

from ledger.domain.events import (
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    TreeHeadAnchored,
    UnsignedEvent,
)
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Digest

EMPTY_HEAD = bytes(32)
HEAD_SIZE = 26
"""Bytes of a head that are not zero: the contracts keep it in one slot with the count."""

Domains = Mapping[Contract, eip712.Domain]


def topic0(event: type[UnsignedEvent]) -> bytes:
    """keccak256 of the event's canonical signature, whose first argument is always `uint64 number`."""
    return keccak256(f"{event.__name__}({','.join(('uint64', *event.ARGUMENTS))})".encode())


def event_digest(domains: Domains, event: CountedEvent) -> Digest:
    """The digest that the head took in: what was signed, or else the event's topic and arguments."""
    match event:
        case CertificationsRecorded():
            return eip712.certification_batch_digest(
                domains[event.contract], event.programme, event.scheme, event.deadline, event.entries
            )
        case ConsentsRecorded():
            return eip712.consent_batch_digest(
                domains[event.contract], event.deadline, event.reviewed, event.entries
            )
        case TreeHeadAnchored():
            return eip712.tree_head_digest(
                domains[event.contract],
                organisation=event.organisation,
                stream=event.stream,
                size=event.size,
                root=event.root,
                deadline=event.deadline,
            )
        case UnsignedEvent():
            _, _, _, *arguments = astuple(event)
            return Digest(keccak256(encode(("bytes32", *event.ARGUMENTS), (topic0(type(event)), *arguments))))
    raise TypeError(f"no digest is defined for {type(event).__name__}")


def next_head(head: bytes, digest: bytes) -> bytes:
    """The first 26 bytes of keccak256(head ‖ digest) and six zero bytes, as `IJournal.head` says."""
    return keccak256(head + digest)[:HEAD_SIZE].ljust(32, b"\0")
