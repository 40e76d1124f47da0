"""Deploying and verifying: resumed where it stopped, refused where anything differs."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.chain.deploy import call_still_due, deploy
from ledger.chain.deployment import Deployment
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.governance import Governance
from ledger.chain.remote import RemoteEngine
from ledger.chain.sender import Sender
from ledger.chain.transactions import sign_transaction
from ledger.chain.verify import compiler_difference, differences, verify_deployment
from ledger.domain.events import Contract
from ledger.encoding.types import Address, BlockNumber
from ledger.errors import CannotKnow, Misconfigured, Refused
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import GOVERNANCE
from tests.chain import DeployedChain


def test_deploying_again_changes_nothing(deployed: DeployedChain, tmp_path: Path) -> None:
    height = deployed.engine.rpc.call("eth_blockNumber")
    again = deploy(deployed.engine, deployed.vault, tmp_path / "deployment.json")
    assert again == deployed.deployment == Deployment.load(tmp_path / "deployment.json")
    assert deployed.engine.rpc.call("eth_blockNumber") == height
    assert sorted(path.name for path in tmp_path.glob("deployment*")) == ["deployment.json"]


@pytest.mark.parametrize("sent", range(8))
def test_a_deployment_that_stopped_is_carried_on(
    chain: EmbeddedChain, vault: FileVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    path = tmp_path / "deployment.json"
    send, left = Sender.send, sent

    def fail_after(self: Sender, to: Address | None, data: bytes) -> Any:
        nonlocal left
        if left == 0:
            raise ConnectionError("the power went")
        left -= 1
        return send(self, to, data)

    with monkeypatch.context() as patch:
        patch.setattr(Sender, "send", fail_after)
        if sent < 7:
            with pytest.raises(ConnectionError):
                deploy(chain, vault, path)
            assert not path.exists()
        else:
            deploy(chain, vault, path)
    deployment = deploy(chain, vault, path)
    assert int(chain.rpc.call("eth_blockNumber"), 16) == 7  # factory, five contracts, the enforcer: each once
    verify_deployment(chain.rpc, deployment)


def test_two_deployments_share_no_address(chain: EmbeddedChain, vault: FileVault, tmp_path: Path) -> None:
    first = deploy(chain, vault, tmp_path / "a.json")
    second = deploy(chain, vault, tmp_path / "b.json")
    assert not set(first.addresses.values()) & set(second.addresses.values())


def test_the_owner_may_be_another_than_who_deploys(
    chain: EmbeddedChain, vault: FileVault, tmp_path: Path
) -> None:
    owner = vault.create_signing_key("safe")
    path = tmp_path / "deployment.json"
    deployment = deploy(chain, vault, path, governance=owner)
    assert deployment.governance == owner != vault.address(GOVERNANCE)
    verify_deployment(chain.rpc, deployment)
    due = call_still_due(chain.rpc, deployment)
    assert due is not None
    with pytest.raises(Refused, match="NotGovernance"):
        Sender(chain, vault, GOVERNANCE).send(*due)
    Sender(chain, vault, "safe").send(*due)
    assert call_still_due(chain.rpc, deployment) is None
    assert deploy(chain, vault, path) == deployment
    with pytest.raises(Misconfigured, match=rf"governance_differs\(.*expected={owner}"):
        deploy(chain, vault, path, governance=vault.address(GOVERNANCE))


def test_who_deploys_gets_no_rights(chain: EmbeddedChain, vault: FileVault, tmp_path: Path) -> None:
    vault.create_signing_key("deployer")
    deployer = Sender(chain, vault, "deployer")
    deployment = deploy(chain, vault, tmp_path / "deployment.json", deployer=deployer)
    assert deployment.governance == vault.address(GOVERNANCE)
    assert call_still_due(chain.rpc, deployment) is None
    with pytest.raises(Refused, match="OwnableUnauthorizedAccount"):
        Governance(deployer, deployment.addresses).change_organisation(1, parent=0, roles=0, active=True)


def test_a_deployment_that_was_begun_for_another_owner_is_not_carried_on(
    chain: EmbeddedChain, vault: FileVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, owner = tmp_path / "deployment.json", vault.create_signing_key("safe")
    with monkeypatch.context() as patch:
        patch.setattr(Deployment, "save", _the_power_goes)
        with pytest.raises(ConnectionError):
            deploy(chain, vault, path, governance=owner)
    with pytest.raises(Misconfigured, match=rf"governance_differs\(.*expected={owner}"):
        deploy(chain, vault, path, governance=vault.address(GOVERNANCE))
    assert deploy(chain, vault, path).governance == owner


def _the_power_goes(*_: object) -> None:
    raise ConnectionError("the power went")


def test_another_chain_id_is_refused(deployed: DeployedChain, tmp_path: Path) -> None:
    with (
        EmbeddedChain(tmp_path / "other", port=0, chain_id=7) as other,
        pytest.raises(Misconfigured, match=r"chain_id_differs\(got=7, expected=510181"),
    ):
        deploy(other, deployed.vault, tmp_path / "deployment.json")


def test_another_genesis_is_refused(deployed: DeployedChain, tmp_path: Path) -> None:
    with (
        EmbeddedChain(tmp_path / "other", port=0) as other,
        pytest.raises(Misconfigured, match="genesis_differs"),
    ):
        deploy(other, deployed.vault, tmp_path / "deployment.json")


def test_a_draft_of_another_chain_is_refused(chain: EmbeddedChain, vault: FileVault, tmp_path: Path) -> None:
    path = tmp_path / "deployment.json"
    path.with_name("deployment.json.draft").write_text(
        json.dumps(
            {
                "version": 1,
                "deployment_id": "0x" + "1" * 64,
                "chain_id": 510181,
                "genesis_hash": "0x" + "2" * 64,
                "first_block": 0,
                "factory": "0x" + "3" * 40,
                "governance": "0x" + "4" * 40,
            }
        )
    )
    with pytest.raises(Misconfigured, match="genesis_differs"):
        deploy(chain, vault, path)


@pytest.mark.parametrize("contract", ["factory", *Contract])
def test_other_code_at_an_address_is_refused(deployed: DeployedChain, contract: str) -> None:
    deployment = deployed.deployment
    address = (
        deployment.factory.address
        if contract == "factory"
        else deployment.contracts[Contract(contract)].address
    )
    code = bytearray.fromhex(deployed.engine.rpc.call("eth_getCode", address, "latest")[2:])
    code[40] ^= 1
    deployed.engine.rpc.call("anvil_setCode", address, "0x" + code.hex())
    with pytest.raises(Misconfigured, match=rf"contract_code_unknown\(.*address={address}"):
        verify_deployment(deployed.engine.rpc, deployment)


def test_changed_immutables_are_noticed(deployed: DeployedChain) -> None:
    """Code that differs only where a constructor writes is the artifact's, but not this deployment's."""
    deployment = deployed.deployment
    address = deployment.contracts[Contract.ANCHORS].address
    members = deployment.contracts[Contract.MEMBERS].address[2:].lower()
    code: str = deployed.engine.rpc.call("eth_getCode", address, "latest")
    assert members in code
    deployed.engine.rpc.call("anvil_setCode", address, code.replace(members, "ab" * 20))
    with pytest.raises(Misconfigured, match=r"contract_code_differs\(.*expected="):
        verify_deployment(deployed.engine.rpc, deployment)


def test_a_contract_that_is_not_there_is_named(deployed: DeployedChain) -> None:
    address = deployed.deployment.contracts[Contract.CONSENTS].address
    deployed.engine.rpc.call("anvil_setCode", address, "0x")
    with pytest.raises(Misconfigured, match=r"contract_missing\(contract=Consents"):
        verify_deployment(deployed.engine.rpc, deployed.deployment)


def test_an_address_that_does_not_follow_from_the_code_is_refused(deployed: DeployedChain) -> None:
    content = deployed.deployment.model_dump(mode="json")
    content["contracts"]["Policies"]["constructor_arguments"] = "0x" + "0" * 64
    with pytest.raises(Misconfigured, match=r"contract_address_differs\(contract=Policies"):
        verify_deployment(deployed.engine.rpc, Deployment.model_validate(content))


def test_every_difference_is_found_at_once(deployed: DeployedChain) -> None:
    content = deployed.deployment.model_dump(mode="json")
    content["contracts"]["Anchors"]["slots"]["_position"] = 99
    content["compiler"]["settings"]["viaIR"] = "sometimes"
    address = deployed.deployment.contracts[Contract.CONSENTS].address
    deployed.engine.rpc.call("anvil_setCode", address, "0x")
    edited = Deployment.model_validate(content)
    found = [(one.code, one.params["contract"]) for one in differences(deployed.engine.rpc, edited)]
    assert found == [("contract_missing", "Consents"), ("contract_slots_differ", "Anchors")]
    compiler = compiler_difference(edited)
    assert compiler is not None
    assert "sometimes" in str(compiler.params["got"])
    assert compiler_difference(deployed.deployment) is None


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("chain_id", "x", "chain_id"),
        ("version", 2, "version"),
        ("format", "other", "format"),
        ("surprise", 1, "surprise"),
        ("operator", "0x" + "f" * 40, None),
        ("operator", "0xF" + "f" * 39, "checksum"),
        ("genesis_hash", "0x12", "genesis_hash"),
        ("contracts", {}, "Anchors, Certifications, Consents, Members, Policies missing"),
    ],
)
def test_a_malformed_file_is_refused_with_the_field(
    deployed: DeployedChain, tmp_path: Path, field: str, value: object, reason: str | None
) -> None:
    path = tmp_path / "edited.json"
    path.write_text(json.dumps(deployed.deployment.model_dump(mode="json") | {field: value}))
    if reason is None:
        Deployment.load(path)
        return
    with pytest.raises(Misconfigured, match=rf"deployment_malformed\(.*{reason}"):
        Deployment.load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"deployment_missing.*nowhere\.json"):
        Deployment.load(tmp_path / "nowhere.json")


def test_what_a_killed_process_left_waiting_is_waited_for(chain: EmbeddedChain, vault: FileVault) -> None:
    node = RemoteEngine([chain.url], depth=0)
    with closing(node):
        address = vault.address(GOVERNANCE)
        left = sign_transaction(vault, GOVERNANCE, chain_id=510181, nonce=0, to=address, data=b"", gas=50_000)
        node.rpc.call("eth_sendRawTransaction", "0x" + left.raw.hex())
        sender = Sender(node, vault, GOVERNANCE, timeout=0.1)
        with pytest.raises(CannotKnow, match=rf"transactions_waiting\(count=1, address={address}"):
            sender.settle()
        chain.seal()
        sender.settle()


def test_a_remote_engine_reads_the_same_chain_with_finality_by_depth(deployed: DeployedChain) -> None:
    remote = RemoteEngine([deployed.engine.url], depth=3)
    remote.seal()
    verify_deployment(remote.rpc, deployed.deployment)
    assert remote.final_height(BlockNumber(10)) == 7
    assert remote.final_height(BlockNumber(1)) == 0
    remote.close()
