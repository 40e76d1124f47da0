"""Digests, tags and gas as the contracts compute them and as Python does, on random input."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from eth_abi.abi import encode

from ledger.chain import gas
from ledger.chain.abi import function
from ledger.chain.bindings import calls
from ledger.chain.bindings.calls import SignedCertifications
from ledger.domain import tags
from ledger.domain.events import Contract
from ledger.encoding import eip712, entries
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import RecordHash, Tag, Word
from tests.contracts.differential import world as worlds
from tests.contracts.differential.clock import Call
from tests.contracts.differential.world import World

EXAMPLES = 200


@pytest.fixture
def random() -> Random:
    return Random(510181)


@pytest.fixture
def world(tmp_path: Path, random: Random) -> Iterator[World]:
    built = worlds.build(tmp_path, random)
    with built.chain:
        yield built


def view(world: World, contract: Contract, name: str, *arguments: object) -> object:
    """What a view without side effects returns, its only value unpacked."""
    called = function(contract, name)
    data = "0x" + called.call(*arguments).hex()
    answer = world.chain.rpc.call("eth_call", {"to": world.contracts[contract], "data": data}, "latest")
    return called.result(bytes.fromhex(answer[2:]))[0]


def some_entries(random: Random, count: int) -> bytes:
    return entries.pack(
        (Tag(random.randbytes(32)), Word(random.getrandbits(256)), RecordHash(random.randbytes(32)))
        for _ in range(count)
    )


def test_what_is_signed_has_the_digest_that_the_contract_computes(world: World, random: Random) -> None:
    domains = world.state.domains
    for _ in range(EXAMPLES):
        packed, deadline = some_entries(random, random.randrange(1, 8)), random.getrandbits(40)
        programme, scheme = random.getrandbits(16), random.getrandbits(8)
        expected = view(world, Contract.CERTIFICATIONS, "digest", programme, scheme, deadline, packed)
        domain = domains[Contract.CERTIFICATIONS]
        assert eip712.certification_batch_digest(domain, programme, scheme, deadline, packed) == expected

        reviewed, domain = random.random() < 0.5, domains[Contract.CONSENTS]
        digest = eip712.consent_batch_digest(domain, deadline, reviewed, packed)
        assert digest == view(world, Contract.CONSENTS, "digest", deadline, reviewed, packed)
        review = eip712.incapacity_review_digest(domain, digest)
        assert review == view(world, Contract.CONSENTS, "reviewDigest", digest)

        organisation, stream, size = random.getrandbits(24), random.getrandbits(8), random.getrandbits(64)
        root = random.randbytes(32)
        head = eip712.tree_head_digest(
            domains[Contract.ANCHORS],
            organisation=organisation,
            stream=stream,
            size=size,
            root=root,
            deadline=deadline,
        )
        tree_head = (organisation, stream, size, root, deadline)
        assert head == view(world, Contract.ANCHORS, "digest", *tree_head)


def test_tags_are_hashes_of_their_abi_encoding(random: Random) -> None:
    kinds = (
        (tags.Kind.CERTIFICATION, b"Certification(uint16 programme)", ("uint16",)),
        (
            tags.Kind.CONSENT,
            b"Consent(uint24 provider,uint24 consumer,uint16 category,uint16 purpose)",
            ("uint24", "uint24", "uint16", "uint16"),
        ),
    )
    for kind, type_, types in kinds:
        for _ in range(EXAMPLES):
            parts = tuple(random.getrandbits({"uint16": 16, "uint24": 20}[name]) for name in types)
            key = random.randbytes(32)
            encoded = encode(("bytes32", *types, "bytes32"), (keccak256(type_), *parts, key))
            assert tags.tag_of(kind, parts, key) == keccak256(encoded)


@pytest.mark.parametrize("count", [1, 3, 400, 1000])
def test_the_gas_that_python_computes_is_what_the_contract_wants(
    world: World, random: Random, count: int
) -> None:
    batch = SignedCertifications(1, 1, 0, some_entries(random, count), bytes(65))
    data = calls.record_certifications([batch])
    to = world.contracts[Contract.CERTIFICATIONS]
    allowance = 100_000 + 30_000 * count  # as in libraries/Attempts.sol
    enough = gas.gas_for_batches(data, [count])
    sufficient, starved = world.chain.ask(
        [Call(world.relayer, to, data, limit) for limit in (enough, enough - allowance // 2)], world.time
    )
    assert sufficient is None
    assert starved is not None
    index, got, expected = starved.arguments
    assert (starved.name, index) == ("GasTooLow", 0)
    assert got < expected == allowance + allowance // 63 + 60_000
