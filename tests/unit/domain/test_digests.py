"""How events enter the running heads, computed once more with eth_abi from the Solidity signatures."""

from __future__ import annotations

from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from ledger.domain import digests, events
from ledger.domain.events import Contract
from tests.samples import Ledger, address, domains, tag

# Signatures as in contracts/src/interfaces, without the arguments' names, with values for all but the number.
UNSIGNED: list[tuple[Any, str, tuple[Any, ...]]] = [
    (
        events.OrganisationAdded,
        "uint64,uint24,uint24,uint16,address,string",
        (3, 2, 5, address(9), "灌口街道"),
    ),
    (events.OrganisationChanged, "uint64,uint24,uint24,uint16,bool", (3, 2, 5, True)),
    (events.OrganisationAdminChanged, "uint64,uint24,address", (3, address(9))),
    (events.SignerAdded, "uint64,address,uint24,uint32,uint32", (address(9), 3, 1, 2)),
    (events.SignerEnded, "uint64,address,uint32", (address(9), 7)),
    (events.SignerDistrusted, "uint64,address,uint32", (address(9), 7)),
    (events.GovernanceTransferred, "uint64,address,address", (address(8), address(9))),
    (
        events.ProgrammeSet,
        "uint64,uint16,uint32,bool,uint8,uint32,uint32,bytes32",
        (1, 2, True, 3, 4, 5, tag(6)),
    ),
    (
        events.BasisAdded,
        "uint64,uint32,uint24,uint24,uint16,uint16,uint32,uint32,string",
        (1, 2, 3, 4, 5, 6, 7, "a law"),
    ),
    (events.EnforcerSet, "uint64,address", (address(9),)),
    (events.BasisEnded, "uint64,uint32,uint32", (1, 7)),
    (events.Sealed, "uint64,address,bytes32", (address(9), tag(4))),
    (events.WordsImported, "uint64,bytes32[],uint256[]", ((tag(1), tag(2)), (3, (1 << 256) - 1))),
]


@pytest.mark.parametrize(("event", "signature", "arguments"), UNSIGNED)
def test_a_change_without_signature_enters_by_topic_and_arguments(
    event: Any, signature: str, arguments: tuple[Any, ...]
) -> None:
    types = signature.split(",")
    topic = keccak(text=f"{event.__name__}({signature})")
    expected = keccak(encode(["bytes32", *types[1:]], [topic, *arguments]))
    log = event(Ledger().position(), Contract.MEMBERS, 12, *arguments)
    assert digests.topic0(event) == topic
    assert digests.event_digest(domains(), log) == expected


def test_every_unsigned_event_is_among_these() -> None:
    unsigned = {
        event
        for event in vars(events).values()
        if isinstance(event, type) and issubclass(event, events.UnsignedEvent)
    }
    assert {event for event, _, _ in UNSIGNED} == unsigned - {events.UnsignedEvent}


def test_a_head_is_26_bytes_of_the_hash_of_the_one_before_and_the_digest() -> None:
    first = digests.next_head(digests.EMPTY_HEAD, tag(1))
    assert first == keccak(bytes(32) + tag(1))[:26] + bytes(6)
    assert digests.next_head(first, tag(2)) == keccak(first + tag(2))[:26] + bytes(6)
