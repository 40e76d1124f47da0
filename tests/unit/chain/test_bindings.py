from __future__ import annotations

import pytest
from eth_abi.abi import encode

from ledger.chain import artifacts
from ledger.chain.abi import constructor_inputs, function
from ledger.chain.bindings import batches, calls
from ledger.chain.bindings.calls import SignedCertifications
from ledger.chain.bindings.errors import decode_error
from ledger.chain.bindings.events import decode_log, topics_of
from ledger.chain.verify import create2_address
from ledger.domain.digests import topic0
from ledger.domain.events import (
    BatchRefused,
    Contract,
    LogPosition,
    OrganisationAdded,
    UnsignedEvent,
)
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import BlockNumber, Timestamp
from ledger.errors import Refused

POSITION = LogPosition(BlockNumber(7), b"\1" * 32, Timestamp(1_700_000_000), 3, b"\2" * 32)


def topic(value: int) -> bytes:
    return value.to_bytes(32, "big")


def selector(signature: str) -> bytes:
    return keccak256(signature.encode())[:4]


@pytest.mark.parametrize("contract", [*Contract, artifacts.DEPLOYER])
def test_every_artifact_is_there_with_its_code(contract: str) -> None:
    artifact = artifacts.load(contract)
    assert artifact.name == contract
    assert artifact.is_code(artifact.runtime_code)
    assert artifact.runtime_code in artifact.creation_code
    assert not artifact.is_code(artifact.runtime_code + b"\0")
    assert not artifact.is_code(b"")


def test_code_is_compared_without_what_the_constructor_wrote() -> None:
    artifact = artifacts.load(Contract.ANCHORS)
    start, length = artifact.immutables[0]
    written = bytearray(artifact.runtime_code)
    written[start : start + length] = b"\7" * length
    assert artifact.is_code(bytes(written))
    written[start + length] ^= 1
    assert not artifact.is_code(bytes(written))


def test_calls_have_the_selectors_of_the_interface() -> None:
    data = calls.record_certifications([SignedCertifications(1, 1, 99, b"e" * 96, b"s" * 65)])
    assert data[:4] == selector("recordMany((uint16,uint8,uint40,bytes,bytes)[])")
    assert function(Contract.MEMBERS, "addSigners").selector == selector(
        "addSigners((uint24,address,uint32,uint32)[])"
    )
    assert constructor_inputs(Contract.MEMBERS) == ("address",)


@pytest.mark.parametrize("kind", UnsignedEvent.__subclasses__(), ids=lambda kind: kind.__name__)
def test_the_digests_topics_are_those_of_the_artifacts(kind: type[UnsignedEvent]) -> None:
    known = [
        topics_of(contract)[kind.__name__] for contract in Contract if kind.__name__ in topics_of(contract)
    ]
    assert known
    assert set(known) == {topic0(kind)}


def test_a_log_becomes_its_event() -> None:
    admin = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    data = encode(["uint24", "uint16", "address", "string"], [1, 63, admin, "灌口街道"])
    event = decode_log(Contract.MEMBERS, [topic0(OrganisationAdded), topic(5), topic(12)], data, POSITION)
    assert event == OrganisationAdded(POSITION, Contract.MEMBERS, 5, 12, 1, 63, admin, "灌口街道")


def test_a_refusal_tells_its_contract() -> None:
    for contract in (Contract.CERTIFICATIONS, Contract.CONSENTS):
        topics = [topics_of(contract)["BatchRefused"], topic(2)]
        data = encode(["bytes32", "bytes"], [b"\3" * 32, b"why"])
        assert decode_log(contract, topics, data, POSITION) == BatchRefused(
            POSITION, contract, 2, b"\3" * 32, b"why"
        )


def test_what_openzeppelin_logs_besides_is_no_event_of_ours() -> None:
    transferred = topics_of(Contract.MEMBERS)["OwnershipTransferred"]
    assert decode_log(Contract.MEMBERS, [transferred, topic(1), topic(2)], b"", POSITION) is None


def test_a_log_that_the_contract_cannot_have_made_is_refused() -> None:
    added = topic0(OrganisationAdded)
    short = encode(["uint24", "uint16"], [1, 63])
    for topics, code in [
        ([], "log_unknown"),
        ([bytes(32)], "log_unknown"),
        ([added], "log_malformed"),
        ([added, topic(5)], "log_malformed"),
        ([added, topic(5), topic(1 << 200)], "log_malformed"),
        ([added, topic(5), topic(12)], "log_malformed"),
    ]:
        with pytest.raises(Refused, match=rf"{code}\(contract=Members, block=7, index=3"):
            decode_log(Contract.MEMBERS, topics, short, POSITION)


def test_errors_come_with_their_arguments() -> None:
    data = selector("RevisionNotNext(uint256,bytes32,uint256,uint256)") + encode(
        ["uint256", "bytes32", "uint256", "uint256"], [4, b"\5" * 32, 2, 3]
    )
    error = decode_error(data)
    assert (error.name, error.index) == ("RevisionNotNext", 4)
    assert error.arguments == {"index": 4, "tag": b"\5" * 32, "got": 2, "expected": 3}
    assert str(error) == f"RevisionNotNext(index=4, tag=0x{'05' * 32}, got=2, expected=3)"


def test_soliditys_own_errors_are_known() -> None:
    assert str(decode_error(selector("Error(string)") + encode(["string"], ["no"]))) == "Error(message=no)"
    assert decode_error(selector("Panic(uint256)") + encode(["uint256"], [17])).arguments == {"code": 17}


@pytest.mark.parametrize("data", [b"", b"\1\2\3", b"\xff" * 36, selector("SignerUnknown(address)") + b"\1"])
def test_what_is_no_error_of_ours_is_kept_as_it_is(data: bytes) -> None:
    error = decode_error(data)
    assert error.name == ""
    assert error.arguments == {"data": data.hex()}
    assert error.index is None
    assert str(error) == f"unknown error(data={data.hex()})"


@pytest.mark.parametrize(  # the examples of EIP-1014
    ("factory", "salt", "code", "expected"),
    [
        ("0x" + "00" * 20, "00" * 32, "00", "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"),
        (
            "0xdeadbeef00000000000000000000000000000000",
            "000000000000000000000000feed000000000000000000000000000000000000",
            "00",
            "0xD04116cDd17beBE565EB2422F2497E06cC1C9833",
        ),
        (
            "0x00000000000000000000000000000000deadbeef",
            "00000000000000000000000000000000000000000000000000000000cafebabe",
            "deadbeef",
            "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7",
        ),
    ],
)
def test_addresses_follow_eip_1014(factory: str, salt: str, code: str, expected: str) -> None:
    got = create2_address(addresses.parse(factory), bytes.fromhex(salt), bytes.fromhex(code))
    assert got == expected


ENTRIES = bytes(range(96)) * 3
BATCHES = {
    "certifications": (
        Contract.CERTIFICATIONS,
        "CertificationsRecorded",
        ("uint16", "uint8", "uint40", "bytes", "bytes"),
        (1, 2, 1_700_000_000, ENTRIES, b"\5" * 65),
    ),
    "consents": (
        Contract.CONSENTS,
        "ConsentsRecorded",
        ("uint40", "bool", "bytes", "bytes", "bytes"),
        (1_700_000_000, True, ENTRIES, b"\5" * 65, b"\6" * 65),
    ),
    "consents that nobody reviewed": (
        Contract.CONSENTS,
        "ConsentsRecorded",
        ("uint40", "bool", "bytes", "bytes", "bytes"),
        (1_700_000_000, False, ENTRIES, b"\5" * 65, b""),
    ),
}


@pytest.mark.parametrize("kind", BATCHES)
def test_batches_decoded_by_hand_are_those_of_the_general_decoder(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract, name, types, values = BATCHES[kind]
    topics = (topics_of(contract)[name], topic(9), b"\0" * 12 + b"\7" * 20, topic(11))
    data = encode(types, values)
    quick = batches.certifications if contract is Contract.CERTIFICATIONS else batches.consents
    event = quick(contract, topics, data, POSITION)
    monkeypatch.setattr(batches, "_split", lambda *_, **__: None)
    assert quick(contract, topics, data, POSITION) is None
    assert event == decode_log(contract, topics, data, POSITION)
    assert event is not None


@pytest.mark.parametrize("kind", BATCHES)
def test_what_solidity_would_not_write_is_left_to_the_general_decoder(kind: str) -> None:
    contract, name, types, values = BATCHES[kind]
    quick = batches.certifications if contract is Contract.CERTIFICATIONS else batches.consents
    topics = (topics_of(contract)[name], topic(9), b"\0" * 12 + b"\7" * 20, topic(11))
    data = encode(types, values)
    assert quick(contract, topics, data, POSITION) is not None
    for other in (data[:-1], data + b"\0" * 32, data[:100], b"", b"\1" + data[1:], data[:-1] + b"\1"):
        if other != data:
            assert quick(contract, topics, other, POSITION) is None
    for place in (1, 2, 3):
        wrong = [*topics[:place], b"\1" + topics[place][1:], *topics[place + 1 :]]
        assert quick(contract, wrong, data, POSITION) is None
    assert quick(contract, topics[:3], data, POSITION) is None
