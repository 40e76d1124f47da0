"""What a replay says of a ledger that nobody has tampered with, and when it can't say anything."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ledger.audit.findings import Code
from ledger.audit.replay import replay
from ledger.audit.result import Verdict
from ledger.chain.rpc import RpcError
from ledger.errors import CannotKnow
from ledger.keys.vault import organisation_key
from tests.audited import CONSENTS, DAY, ELDERS, AuditedLedger
from tests.chain import COMMUNITY, SUBDISTRICT
from tests.lying_node import lying_node


def test_a_ledger_that_kept_every_rule_is_clean(audited: AuditedLedger) -> None:
    result = audited.replayed()
    assert result.to_json()["findings"] == []
    assert result.verdict is Verdict.CLEAN
    counts = result.counts
    assert (counts.batches, counts.refused, counts.tree_heads) == (11, 0, 2)
    assert counts.certifications == 12 + 8 + 4 + 4 + 2 + 1 + 2 + 1
    assert counts.consents == len(CONSENTS) + 2 + 1
    assert counts.signatures == 11 + 1 + 2  # the batches, one review, the tree heads
    registers = 5 + 2 + 5 + 5 + 5 + 2 + 1 + 1 + 1  # journals, owners, organisations, keys, lists of keys …
    assert counts.states == len(ELDERS) + len(CONSENTS) + registers
    assert result.hashes_computed
    assert result.pinned is not None
    assert result.pinned.number == counts.blocks + audited.chain.deployment.first_block - 1


def test_a_greater_depth_judges_an_earlier_block(audited: AuditedLedger) -> None:
    newest = audited.replayed().pinned
    earlier = replay(audited.rpc, audited.chain.deployment, depth=3)
    assert newest is not None
    assert earlier.pinned is not None
    assert earlier.pinned.number == newest.number - 3
    assert earlier.verdict is Verdict.CLEAN


def test_records_made_while_the_replay_runs_are_replayed_as_well(audited: AuditedLedger) -> None:
    recorded = []

    def goes_on(method: str, _: Any, result: Any) -> Any:
        if method == "eth_getLogs" and not recorded:
            for _ in range(12):
                audited.certify(ELDERS[9:])
                recorded.append(1)
        return result

    with lying_node(audited.rpc, goes_on) as node:
        result = audited.replayed(node)
    assert result.verdict is Verdict.CLEAN
    assert result.counts.batches == 11 + 12


def test_states_on_a_distrusted_key_are_found_until_another_key_records_them_again(
    audited: AuditedLedger,
) -> None:
    signer = audited.chain.vault.address(organisation_key(COMMUNITY))
    audited.chain.governance.distrust_signer(signer, audited.begin)
    result = audited.replayed()
    assert [group.examples[0].code for group in result.findings.groups()] == [Code.KEY_DISTRUSTED] * 2
    standing = {one["where"]["tag"] for one in result.to_json()["findings"]}
    assert standing == {
        "0x" + tag.hex() for tag in (*ELDERS[5:6], *ELDERS[9:], *CONSENTS)
    }  # the others' last record is by another key

    audited.certify([ELDERS[5], *ELDERS[9:]], organisation=SUBDISTRICT)
    left = {one["where"]["tag"] for one in audited.replayed().to_json()["findings"]}
    assert left == {"0x" + tag.hex() for tag in CONSENTS}


def test_what_a_key_recorded_before_it_was_compromised_stands(audited_alone: AuditedLedger) -> None:
    pinned = audited_alone.replayed().pinned
    assert pinned is not None
    signer = audited_alone.chain.vault.address(organisation_key(COMMUNITY))
    audited_alone.rpc.call("evm_mine", {"timestamp": pinned.time + DAY})
    audited_alone.chain.governance.distrust_signer(signer, pinned.time + 1)
    assert audited_alone.replayed().verdict is Verdict.CLEAN


def test_a_node_behind_the_contracts_cannot_know(audited: AuditedLedger) -> None:
    def behind(method: str, params: Any, result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "latest":
            return audited.rpc.call("eth_getBlockByNumber", "0x1", False)
        return result

    with lying_node(audited.rpc, behind) as node, pytest.raises(CannotKnow) as caught:
        audited.replayed(node)
    assert caught.value.code == "audit.node_behind"


def test_a_node_that_still_catches_up_cannot_know(audited: AuditedLedger) -> None:
    def syncing(method: str, _: Any, result: Any) -> Any:
        return {"currentBlock": "0x1", "highestBlock": "0xff"} if method == "eth_syncing" else result

    with lying_node(audited.rpc, syncing) as node, pytest.raises(CannotKnow) as caught:
        audited.replayed(node)
    assert caught.value.code == "audit.node_syncing"


def test_a_node_that_has_dropped_the_pinned_state_cannot_know(audited: AuditedLedger) -> None:
    def pruned(method: str, params: Any, result: Any) -> Any:
        if method == "eth_call":
            raise RpcError(method, -32000, "missing trie node", None)
        return result

    with lying_node(audited.rpc, pruned) as node, pytest.raises(CannotKnow) as caught:
        audited.replayed(node)
    assert caught.value.code == "node_refused"


def test_a_chain_that_replaces_the_pinned_block_cannot_be_known(audited_alone: AuditedLedger) -> None:
    before = audited_alone.rpc.call("evm_snapshot")
    audited_alone.rpc.call("evm_mine")
    waiting = [True]

    def reorganised(method: str, _: Any, result: Any) -> Any:
        if method == "eth_getLogs" and waiting:
            waiting.clear()
            audited_alone.rpc.call("evm_revert", before)
            audited_alone.rpc.call("evm_mine", {"timestamp": int(time.time()) + 60})
        return result

    with lying_node(audited_alone.rpc, reorganised) as node, pytest.raises(CannotKnow) as caught:
        audited_alone.replayed(node)
    assert caught.value.code == "audit.block_replaced"
