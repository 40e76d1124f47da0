"""Puts the contracts on a chain: once, and where it stopped if it stopped in the middle."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Literal

from eth_abi.abi import encode
from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.chain import artifacts
from ledger.chain.abi import constructor_inputs, function, signature_of
from ledger.chain.deployment import Bytes32, CheckedAddress, Compiler, DeployedContract, Deployment, Factory
from ledger.chain.engine import Engine
from ledger.chain.rpc import Rpc
from ledger.chain.sender import Sender
from ledger.chain.verify import create2_address, verify_chain, verify_code, verify_deployment
from ledger.domain.events import Contract
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import Misconfigured
from ledger.keys.files import write_private
from ledger.keys.vault import GOVERNANCE, OPERATOR, Vault

_NONE = ("0x" + "0" * 40, bytes(32), 0)  # no predecessor: nothing to import


class _Draft(BaseModel):
    """What a deployment in the making must remember: its salt, its chain, and where its factory is or will
    be.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    deployment_id: Bytes32
    chain_id: int
    genesis_hash: Bytes32
    first_block: int
    factory: CheckedAddress
    governance: CheckedAddress


def deploy(
    engine: Engine,
    vault: Vault,
    path: Path,
    *,
    governance: Address | None = None,
    deployer: Sender | None = None,
) -> Deployment:
    """The deployment in the file `path`, made if there is none, and verified in any case.

    `governance` will own the contracts, by default the vault's governance key. Another owner has still to
    make `call_still_due`. `deployer` sends the transactions, by default that key as well; it gets no
    rights by it.

    Until all is done, a draft beside `path` remembers what was begun, so a second call carries on, whenever
    the first one ended. Raises what `verify_deployment`, `Sender.settle` and `Sender.send` do; Misconfigured
    `deployment_malformed`, or `governance_differs` if it was begun or made for another owner.
    """
    draft_path = path.with_name(path.name + ".draft")
    if path.exists():
        draft_path.unlink(missing_ok=True)
        deployment = Deployment.load(path)
        _require_governance(deployment.governance, governance)
        verify_deployment(engine.rpc, deployment)
        return deployment
    governor = Sender(engine, vault, GOVERNANCE)
    deployer = deployer or governor
    deployer.settle()
    draft = _read_or_make_draft(engine.rpc, draft_path, deployer, governance or governor.address)
    _require_governance(draft.governance, governance)
    deployment = _deploy(engine, deployer, draft, operator=vault.address(OPERATOR))
    if deployment.governance == governor.address and (due := call_still_due(engine.rpc, deployment)):
        governor.settle()
        governor.send(*due)
    verify_deployment(engine.rpc, deployment)
    deployment.save(path)
    draft_path.unlink(missing_ok=True)
    return deployment


def call_still_due(rpc: Rpc, deployment: Deployment) -> tuple[Address, bytes] | None:
    """The call (contract, data) that governance has still to make before anything can be certified.

    It is `Policies.setEnforcer`, None once that is done.
    """
    policies, certifications = (
        deployment.addresses[contract] for contract in (Contract.POLICIES, Contract.CERTIFICATIONS)
    )
    view = function(Contract.POLICIES, "enforcer")
    answer = rpc.call("eth_call", {"to": policies, "data": "0x" + view.call().hex()}, "latest")
    (enforcer,) = view.result(bytes.fromhex(answer[2:]))
    if enforcer == certifications.lower():
        return None
    return policies, function(Contract.POLICIES, "setEnforcer").call(certifications)


def _require_governance(begun: str, wanted: Address | None) -> None:
    if wanted not in {None, begun}:
        raise Misconfigured("governance_differs", got=wanted, expected=begun)


def _read_or_make_draft(rpc: Rpc, path: Path, sender: Sender, governance: Address) -> _Draft:
    chain_id = int(rpc.call("eth_chainId"), 16)
    genesis_hash = rpc.call("eth_getBlockByNumber", "0x0", False)["hash"]
    deployment_id = "0x" + secrets.token_hex(32)
    if path.exists():
        try:
            draft = _Draft.model_validate_json(path.read_bytes())
        except ValidationError:
            raise Misconfigured("deployment_malformed", path=str(path), reason="not a draft") from None
        verify_chain(rpc, chain_id=draft.chain_id, genesis_hash=draft.genesis_hash)
        if _has_code(rpc, draft.factory):
            return draft
        deployment_id, governance = draft.deployment_id, Address(draft.governance)
    draft = _Draft(
        deployment_id=deployment_id,
        chain_id=chain_id,
        genesis_hash=genesis_hash,
        first_block=int(rpc.call("eth_blockNumber"), 16),
        factory=sender.next_created(),
        governance=governance,
    )
    write_private(path, draft.model_dump_json(indent=1).encode() + b"\n")
    return draft


def _deploy(engine: Engine, sender: Sender, draft: _Draft, *, operator: Address) -> Deployment:
    rpc, factory = engine.rpc, Address(draft.factory)
    if not _has_code(rpc, factory):
        sender.send(None, artifacts.load(artifacts.DEPLOYER).creation_code)
    factory_code = verify_code(rpc, artifacts.DEPLOYER, factory)
    salt = bytes.fromhex(draft.deployment_id[2:])
    deployed: dict[Contract, DeployedContract] = {}

    def place(contract: Contract, *arguments: object) -> Address:
        encoded = encode(constructor_inputs(contract), arguments)
        artifact = artifacts.load(contract)
        address = create2_address(factory, salt, artifact.creation_code + encoded)
        if not _has_code(rpc, address):
            deploy_call = function(artifacts.DEPLOYER, "deploy")
            sender.send(factory, deploy_call.call(salt, artifact.creation_code + encoded))
        deployed[contract] = DeployedContract(
            address=address,
            code_hash="0x" + keccak256(verify_code(rpc, contract, address)).hex(),
            constructor_arguments="0x" + encoded.hex(),
            block=_created_at(engine, draft, address),
            slots=dict(artifact.slots),
        )
        return address

    members = place(Contract.MEMBERS, draft.governance)
    policies = place(Contract.POLICIES, members)
    place(Contract.CERTIFICATIONS, members, policies, *_NONE)
    place(Contract.CONSENTS, members, *_NONE)
    place(Contract.ANCHORS, members)
    return Deployment(
        deployment_id=draft.deployment_id,
        engine="embedded" if engine.name == "embedded" else "remote",
        chain_id=draft.chain_id,
        genesis_hash=draft.genesis_hash,
        factory=Factory(address=factory, code_hash="0x" + keccak256(factory_code).hex()),
        contracts=deployed,
        compiler=Compiler.model_validate(artifacts.load(Contract.MEMBERS).compiler),
        operator=operator,
        governance=draft.governance,
    )


def _created_at(engine: Engine, draft: _Draft, address: Address) -> int:
    """The block in which the factory created `address`, by the factory's event."""
    (event,) = (item for item in artifacts.load(artifacts.DEPLOYER).abi if item.get("name") == "Deployed")
    topics = [
        "0x" + keccak256(signature_of(event).encode()).hex(),
        "0x" + address[2:].lower().rjust(64, "0"),
    ]
    newest = int(engine.rpc.call("eth_blockNumber"), 16)
    for first in range(draft.first_block, newest + 1, engine.log_range):
        last = min(first + engine.log_range - 1, newest)
        asked = {"address": draft.factory, "fromBlock": hex(first), "toBlock": hex(last), "topics": topics}
        for log in engine.rpc.call("eth_getLogs", asked):
            return int(log["blockNumber"], 16)
    raise Misconfigured("deployment_log_missing", factory=draft.factory, address=address)


def _has_code(rpc: Rpc, address: str) -> bool:
    return bool(rpc.call("eth_getCode", address, "latest")[2:])
