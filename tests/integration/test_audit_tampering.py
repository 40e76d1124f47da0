"""Each kind of tampering is found by its own code, and nothing else is reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ledger.audit.findings import Code
from ledger.audit.replay import replay
from ledger.domain import next_words
from ledger.domain.codes import Authorisation, ConsentStatus, Role, Scheme
from ledger.domain.events import Contract
from ledger.domain.next_words import seamless
from ledger.encoding.words import certification, consent, organisation, signer
from ledger.keys.vault import organisation_key
from tests.audited import CONSENTS, DAY, ELDERS, AuditedLedger, elder_slot, padded
from tests.chain import COMMUNITY, COUNTY, NEIGHBOUR, PROGRAMME
from tests.lies import Change, about, altered, flipped, found, twice, withheld
from tests.lying_node import lying_node

# --- storage written past the code -------------------------------------------------------------------------

STORED: dict[str, tuple[Code, Contract, str, Callable[[AuditedLedger], tuple[bytes, ...]], int]] = {
    "a certification that ends later": (
        Code.CERTIFICATION_DIFFERS,
        Contract.CERTIFICATIONS,
        "_slots",
        lambda _: (elder_slot(ELDERS[3]),),
        DAY << 128,
    ),
    "a suspension lifted": (
        Code.CERTIFICATION_DIFFERS,
        Contract.CERTIFICATIONS,
        "_slots",
        lambda _: (elder_slot(ELDERS[6]),),
        3 << 4,
    ),
    "a consent that was withdrawn": (
        Code.CONSENT_DIFFERS,
        Contract.CONSENTS,
        "_slots",
        lambda _: (CONSENTS[0],),
        (ConsentStatus.WITHDRAWN ^ ConsentStatus.GIVEN) << 4,
    ),
    "an organisation's roles": (
        Code.ORGANISATION_DIFFERS,
        Contract.MEMBERS,
        "_organisations",
        lambda _: (padded(COMMUNITY),),
        int(Role.REVIEWER) << 20,
    ),
    "a key's window": (
        Code.KEY_DIFFERS,
        Contract.MEMBERS,
        "_signers",
        lambda ledger: (padded(ledger.chain.vault.address(organisation_key(NEIGHBOUR))),),
        1 << 64,
    ),
    "who governs": (Code.OWNER_DIFFERS, Contract.MEMBERS, "_owner", lambda _: (), 1),
    "a programme's limits": (
        Code.PROGRAMME_DIFFERS,
        Contract.POLICIES,
        "_limits",
        lambda _: (padded(PROGRAMME),),
        1 << 1,
    ),
    "the limits that certifications are checked against": (
        Code.LIMITS_DIFFER,
        Contract.CERTIFICATIONS,
        "_limits",
        lambda _: (padded(PROGRAMME),),
        1 << 1,
    ),
    "who enforces the limits": (Code.ENFORCER_DIFFERS, Contract.POLICIES, "enforcer", lambda _: (), 1),
    "a programme's rules": (
        Code.PROGRAMME_DIFFERS,
        Contract.POLICIES,
        "_rulesHashes",
        lambda _: (padded(PROGRAMME),),
        1,
    ),
    "a statutory basis": (Code.BASIS_DIFFERS, Contract.POLICIES, "_bases", lambda _: (padded(1),), 1),
    "a tree head": (
        Code.TREE_HEAD_DIFFERS,
        Contract.ANCHORS,
        "_treeHeads",
        lambda _: (padded(COUNTY), padded(1)),
        1,
    ),
    "a running head": (Code.HEAD_DIFFERS, Contract.CERTIFICATIONS, "_journal", lambda _: (), 1 << 48),
    "a count": (Code.COUNT_DIFFERS, Contract.CONSENTS, "_journal", lambda _: (), 1 << 28),
}


@pytest.mark.parametrize("kind", STORED)
def test_storage_written_past_the_contract_is_found(audited: AuditedLedger, kind: str) -> None:
    code, contract, variable, keys, flip = STORED[kind]
    audited.tamper(contract, variable, *keys(audited), flip=flip)
    assert found(audited.replayed()) == [(code, contract, 1)]


def test_a_finding_names_the_tag_and_both_words(audited: AuditedLedger) -> None:
    tag, flip = ELDERS[3], DAY << 128
    _, _, stored = audited.storage(Contract.CERTIFICATIONS, "_slots", elder_slot(tag))
    audited.tamper(Contract.CERTIFICATIONS, "_slots", elder_slot(tag), flip=flip)
    (finding,) = audited.replayed().to_json()["findings"]
    assert finding == {
        "code": "certification_differs",
        "severity": "error",
        "step": 10,
        "where": {"contract": "Certifications", "tag": "0x" + tag.hex()},
        "got": f"0x{stored ^ flip:064x}",
        "expected": f"0x{stored:064x}",
    }


@pytest.mark.parametrize("contract", Contract)
def test_other_code_at_a_contracts_address_is_found(audited: AuditedLedger, contract: Contract) -> None:
    address = audited.chain.deployment.contracts[contract].address
    audited.rpc.call("anvil_setCode", address, "0x600160005260206000f3")  # answers 1 to everything
    audited.rpc.call("evm_mine")
    assert found(audited.replayed()) == [(Code.CODE_DIFFERS, contract, 1)]


# --- another chain -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("chain_id", 1, Code.CHAIN_ID_DIFFERS),
        ("genesis_hash", "0x" + "00" * 32, Code.GENESIS_DIFFERS),
    ],
)
def test_another_chain_is_found_and_nothing_else_looked_at(
    audited: AuditedLedger, field: str, value: object, code: Code
) -> None:
    other = audited.chain.deployment.model_copy(update={field: value})
    result = replay(audited.rpc, other)
    assert found(result) == [(code, None, 1)]
    assert result.pinned is None


# --- a node that lies --------------------------------------------------------------------------------------


def first_entry(data: str) -> str:
    """Another tag in the first entry: the data's sixth word is the entries' length, then come the entries."""
    return flipped(data, 2 + 64 * 6 + 5)


def signature_v(data: str) -> str:
    """v 29: the signature's last byte is the 65th of its three words."""
    return data[:-64] + "1d" + data[-62:]


LIES: dict[str, tuple[int, Change, Code]] = {
    "a batch withheld": (2, withheld, Code.LOG_MISSING),
    "the last batch withheld": (-1, withheld, Code.COUNT_DIFFERS),
    "a batch shown twice": (0, twice, Code.LOG_REPEATED),
    "a tag altered": (0, altered("data", first_entry), Code.SIGNER_DIFFERS),
    "a tag of the last batch altered": (-1, altered("data", first_entry), Code.SIGNER_DIFFERS),
    "a signature altered": (1, altered("data", signature_v), Code.SIGNATURE_MALFORMED),
    "a log of no event": (
        1,
        altered("topics", lambda topics: ["0x" + "77" * 32, *topics[1:]]),
        Code.LOG_UNREADABLE,
    ),
    "a log cut short": (-1, altered("data", lambda data: data[:200]), Code.LOG_UNREADABLE),
    "a log from another block": (
        3,
        altered("blockHash", lambda digits: flipped(digits, -1)),
        Code.LOG_OFF_CHAIN,
    ),
}


@pytest.mark.parametrize("kind", LIES)
def test_a_node_that_lies_about_logs_is_found(audited: AuditedLedger, kind: str) -> None:
    position, change, code = LIES[kind]
    contract = Contract.CERTIFICATIONS
    lie = about(audited, contract, "CertificationsRecorded", position, change)
    with lying_node(audited.rpc, lie) as node:
        result = audited.replayed(node)
    assert found(result) == [(code, contract, 1)]
    assert result.unjudged == [contract]


def test_an_altered_tree_head_is_found(audited: AuditedLedger) -> None:
    larger = altered("data", lambda data: flipped(data, 2 + 63))  # the first word is the size
    lie = about(audited, Contract.ANCHORS, "TreeHeadAnchored", 1, larger)
    with lying_node(audited.rpc, lie) as node:
        result = audited.replayed(node)
    assert found(result) == [(Code.SIGNER_DIFFERS, Contract.ANCHORS, 1)]


def test_an_altered_review_is_found(audited: AuditedLedger) -> None:
    lie = about(audited, Contract.CONSENTS, "ConsentsRecorded", -1, altered("data", signature_v))
    with lying_node(audited.rpc, lie) as node:
        result = audited.replayed(node)
    assert found(result) == [(Code.SIGNATURE_MALFORMED, Contract.CONSENTS, 1)]


def test_a_key_withheld_leaves_nothing_judged(audited: AuditedLedger) -> None:
    lie = about(audited, Contract.MEMBERS, "SignerAdded", 0, withheld)
    with lying_node(audited.rpc, lie) as node:
        result = audited.replayed(node)
    assert found(result) == [(Code.LOG_MISSING, Contract.MEMBERS, 1)]
    assert result.unjudged == list(Contract)


@pytest.mark.parametrize(
    ("field", "code"), [("timestamp", Code.BLOCK_HASH_WRONG), ("stateRoot", Code.BLOCK_HASH_WRONG)]
)
def test_an_altered_header_is_found(audited: AuditedLedger, field: str, code: Code) -> None:
    pinned = audited.replayed().pinned
    assert pinned is not None

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == hex(pinned.number):
            return result | {field: flipped(result[field], -1)}
        return result

    with lying_node(audited.rpc, lie) as node:
        result = audited.replayed(node)
    assert found(result)[0] == (code, None, 1)


# --- records that the contracts should have refused --------------------------------------------------------


def test_a_record_made_while_storage_gave_a_role_is_found(audited: AuditedLedger) -> None:
    """The contract is made to believe that the community is the seamless engine, and then to forget it."""
    key = padded(audited.chain.vault.address(organisation_key(COMMUNITY)))
    role = signer.LAYOUT.mask("roles") & (int(Role.ENGINE) << 128)
    audited.tamper(Contract.MEMBERS, "_signers", key, flip=role)
    audited.change(
        COMMUNITY,
        ELDERS[:2],
        lambda old: seamless(
            old, method=7, valid_from=audited.begin, valid_until=certification.valid_until(old)
        ),
        Scheme.SEAMLESS,
    )
    audited.tamper(Contract.MEMBERS, "_signers", key, flip=role)
    result = audited.replayed()
    assert found(result) == [(Code.RULE_BROKEN, Contract.CERTIFICATIONS, 2)]
    assert {one["rule"] for one in result.to_json()["findings"]} == {"RoleMissing"}
    assert [one["where"]["entry"] for one in result.to_json()["findings"]] == [0, 1]


def test_a_record_by_a_key_whose_end_was_put_off_is_found(audited_alone: AuditedLedger) -> None:
    key = audited_alone.chain.vault.address(organisation_key(NEIGHBOUR))
    _, _, word = audited_alone.storage(Contract.MEMBERS, "_signers", padded(key))
    now = int(audited_alone.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    audited_alone.chain.governance.end_signer(key, now + 2)
    _, _, ended = audited_alone.storage(Contract.MEMBERS, "_signers", padded(key))
    assert signer.valid_until(ended) < signer.valid_until(word)
    audited_alone.rpc.call("evm_mine", {"timestamp": now + 3})
    audited_alone.tamper(Contract.MEMBERS, "_signers", padded(key), flip=ended ^ word)
    audited_alone.rpc.call("evm_setNextBlockTimestamp", now + 10)
    audited_alone.certify(ELDERS[8:9], organisation=NEIGHBOUR)
    audited_alone.tamper(Contract.MEMBERS, "_signers", padded(key), flip=ended ^ word)
    result = audited_alone.replayed()
    assert found(result) == [(Code.RULE_BROKEN, Contract.CERTIFICATIONS, 1)]
    assert result.to_json()["findings"][0]["rule"] == "SignerNotActive"


def test_a_record_under_a_programme_that_was_retired_is_found(audited: AuditedLedger) -> None:
    """Governance retires the programme; the limits that certifications are checked against forget it."""
    _, _, active = audited.storage(Contract.CERTIFICATIONS, "_limits", padded(PROGRAMME))
    audited.chain.governance.set_programme(
        PROGRAMME,
        version=2,
        active=False,
        seamless_limit=3,
        longest_senior=400 * DAY,
        longest_seamless=200 * DAY,
        rules_hash=bytes(32),
    )
    _, _, retired = audited.storage(Contract.CERTIFICATIONS, "_limits", padded(PROGRAMME))
    audited.tamper(Contract.CERTIFICATIONS, "_limits", padded(PROGRAMME), flip=active ^ retired)
    audited.certify(ELDERS[9:])
    audited.tamper(Contract.CERTIFICATIONS, "_limits", padded(PROGRAMME), flip=active ^ retired)
    result = audited.replayed()
    assert {(code, contract) for code, contract, _ in found(result)} == {
        (Code.RULE_BROKEN, Contract.CERTIFICATIONS)
    }


def test_a_seamless_record_right_after_an_objection_is_found(audited: AuditedLedger) -> None:
    """The objection is written out of the storage, so that the contract takes what it should refuse."""
    elder = ELDERS[:1]
    audited.change(
        COMMUNITY, elder, lambda old: next_words.authorisation(old, Authorisation.OBJECTED, COMMUNITY)
    )
    objected = (Authorisation.OBJECTED ^ Authorisation.NOTIFIED) << 32
    audited.tamper(Contract.CERTIFICATIONS, "_slots", elder_slot(elder[0]), flip=objected)
    audited.change(
        COUNTY,
        elder,
        lambda old: seamless(
            old ^ objected,
            method=7,
            valid_from=audited.begin,
            valid_until=certification.valid_until(old) + DAY,
        ),
        Scheme.SEAMLESS,
    )
    result = audited.replayed()
    assert found(result) == [(Code.RULE_BROKEN, Contract.CERTIFICATIONS, 1)]


def test_words_and_their_masks_are_where_the_tests_flip_them() -> None:
    assert certification.LAYOUT.mask("valid_until") & (DAY << 128)
    assert consent.LAYOUT.mask("status") & (2 << 4)
    assert organisation.LAYOUT.mask("roles") & (int(Role.REVIEWER) << 20)
