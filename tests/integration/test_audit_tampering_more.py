"""More that may be planted on a chain, or shown by a node that lies: each found by its own code alone."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.audit.circles import Circle, audit
from ledger.audit.findings import Code
from ledger.audit.node import Node
from ledger.audit.replay import replay
from ledger.domain.codes import Role
from ledger.domain.events import Contract
from ledger.encoding.words import signer
from ledger.errors import Misconfigured
from ledger.keys.vault import organisation_key
from ledger.services.certify import Action, CertificationRequest
from tests.audited import ELDERS, AuditedLedger, padded
from tests.chain import NEIGHBOUR, PARENTS
from tests.installation import Installation
from tests.lies import Change, about, found, withheld
from tests.lying_node import lying_node

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


def malleable(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The other signature that is as good in mathematics: s in the upper half, v turned round."""
    data = bytes.fromhex(log["data"][2:])
    r, s, v = data[-96:-64], int.from_bytes(data[-64:-32], "big"), data[-32]
    other = r + (_ORDER - s).to_bytes(32, "big") + bytes([55 - v]) + bytes(31)
    return [log | {"data": "0x" + (data[:-96] + other).hex()}]


def elsewhere(log: dict[str, Any]) -> list[dict[str, Any]]:
    """The same log once more, of an address that is none of the ledger's."""
    return [log, log | {"address": "0x" + "42" * 20, "logIndex": hex(int(log["logIndex"], 16) + 100)}]


LIES: dict[str, tuple[Contract, str, int, Change, Code, str]] = {
    "a programme withheld": (
        Contract.POLICIES, "ProgrammeSet", 0, withheld, Code.LOG_MISSING, Contract.POLICIES
    ),
    "the last statutory basis withheld": (
        Contract.POLICIES, "BasisAdded", -1, withheld, Code.COUNT_DIFFERS, Contract.POLICIES
    ),
    "the last tree head withheld": (
        Contract.ANCHORS, "TreeHeadAnchored", -1, withheld, Code.COUNT_DIFFERS, Contract.ANCHORS
    ),
    "the last key withheld": (
        Contract.MEMBERS, "SignerAdded", -1, withheld, Code.COUNT_DIFFERS, Contract.MEMBERS
    ),
    "a consent withheld": (
        Contract.CONSENTS, "ConsentsRecorded", 1, withheld, Code.LOG_MISSING, Contract.CONSENTS
    ),
    "the other of two signatures": (
        Contract.CERTIFICATIONS,
        "CertificationsRecorded",
        1,
        malleable,
        Code.SIGNATURE_MALFORMED,
        Contract.CERTIFICATIONS,
    ),
    "a log of another address": (
        Contract.CERTIFICATIONS,
        "CertificationsRecorded",
        1,
        elsewhere,
        Code.LOG_UNREADABLE,
        "0x4242424242424242424242424242424242424242",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", LIES)
def test_a_node_that_lies_about_logs_is_found(audited: AuditedLedger, kind: str) -> None:
    contract, event, position, change, code, where = LIES[kind]
    with lying_node(audited.rpc, about(audited, contract, event, position, change)) as node:
        assert found(audited.replayed(node)) == [(code, where, 1)]


@pytest.mark.parametrize("above", [0, 3, 12])
@pytest.mark.parametrize("field", ["timestamp", "stateRoot", "logsBloom"])
def test_an_altered_header_is_all_that_is_found(audited: AuditedLedger, field: str, above: int) -> None:
    number = int(audited.rpc.call("eth_blockNumber"), 16) - above

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and int(result["number"], 16) == number:
            return result | {field: result[field][:-1] + f"{int(result[field][-1], 16) ^ 1:x}"}
        return result

    with lying_node(audited.rpc, lie) as node:
        assert found(audited.replayed(node)) == [(Code.BLOCK_HASH_WRONG, None, 1)]


def test_a_block_of_another_history_is_found(audited: AuditedLedger) -> None:
    number = int(audited.rpc.call("eth_blockNumber"), 16) - 5
    other = audited.rpc.call("eth_getBlockByNumber", hex(number - 1), False)["parentHash"]

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and int(result["number"], 16) == number:
            return result | {"parentHash": other}
        return result

    with lying_node(audited.rpc, lie) as node:
        codes = {code for code, _, _ in found(audited.replayed(node))}
    assert codes == {Code.BLOCK_HASH_WRONG, Code.PARENT_DIFFERS}


STORED = {
    "a contract sealed": (Code.JOURNAL_DIFFERS, Contract.CERTIFICATIONS, "_journal", 2),
    "a register sealed": (Code.JOURNAL_DIFFERS, Contract.MEMBERS, "_journal", 2),
    "somebody who may take over governance": (Code.OWNER_PENDING, Contract.MEMBERS, "_pendingOwner", 1),
    "the number of statutory bases": (Code.BASIS_DIFFERS, Contract.POLICIES, "bases", 1 << 160),
}


@pytest.mark.parametrize("kind", STORED)
def test_storage_that_no_record_names_is_compared_too(audited: AuditedLedger, kind: str) -> None:
    code, contract, variable, flip = STORED[kind]
    audited.tamper(contract, variable, flip=flip)
    assert found(audited.replayed()) == [(code, contract, 1)]


def test_a_key_taken_off_its_organisations_list_is_found(audited: AuditedLedger) -> None:
    audited.tamper(Contract.MEMBERS, "_keys", padded(NEIGHBOUR), flip=1)
    assert found(audited.replayed()) == [(Code.KEY_DIFFERS, Contract.MEMBERS, 1)]


def test_a_record_by_an_organisation_that_had_lost_its_role_is_found(audited: AuditedLedger) -> None:
    """Governance takes the role away; storage forgets that until the record is made."""
    key = padded(audited.chain.vault.address(organisation_key(NEIGHBOUR)))
    _, _, before = audited.storage(Contract.MEMBERS, "_signers", key)
    governance = audited.chain.governance
    governance.change_organisation(
        NEIGHBOUR, parent=PARENTS[NEIGHBOUR], roles=int(Role.RECORDER), active=True
    )
    _, _, after = audited.storage(Contract.MEMBERS, "_signers", key)
    assert signer.roles(before) & Role.CERTIFIER
    assert not signer.roles(after) & Role.CERTIFIER
    audited.tamper(Contract.MEMBERS, "_signers", key, flip=before ^ after)
    audited.certify(ELDERS[8:9], organisation=NEIGHBOUR)
    audited.tamper(Contract.MEMBERS, "_signers", key, flip=before ^ after)
    result = audited.replayed()
    assert found(result) == [(Code.RULE_BROKEN, Contract.CERTIFICATIONS, 1)]
    assert next(iter(result.findings)).rule == "RoleMissing"


def test_a_deployment_file_of_other_slots_or_governance_is_refused(audited: AuditedLedger) -> None:
    deployment = audited.chain.deployment
    anchors = deployment.contracts[Contract.ANCHORS]
    moved = anchors.model_copy(update={"slots": anchors.slots | {"_journal": 7}})
    for other in (
        deployment.model_copy(update={"contracts": {**deployment.contracts, Contract.ANCHORS: moved}}),
        deployment.model_copy(update={"governance": deployment.operator}),
    ):
        with pytest.raises(Misconfigured, match="deployment_contradicts"):
            replay(audited.rpc, other)


def test_a_node_that_withholds_its_newest_blocks_is_found_by_the_index(installation: Installation) -> None:
    application = installation.application
    request = CertificationRequest(subject=installation.enrol(), action=Action.CERTIFY, method="household")
    application.certify.submit_one(installation.worker, request)
    installation.settle()
    newest = int(application.engine.rpc.call("eth_blockNumber"), 16)

    def lie(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            return application.engine.rpc.call("eth_getBlockByNumber", hex(newest - 1), False)
        return result

    with lying_node(application.engine.rpc, lie) as node:
        circle = Circle(database=application.database)
        _, result = audit(Node(node, application.deployment), application.deployment, circle)
    assert [code for code, _, _ in found(result)] == [Code.INDEX_AHEAD]
