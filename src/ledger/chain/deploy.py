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
from ledger.encoding import addresses
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
    factory: CheckedAddress


def deploy(engine: Engine, vault: Vault, path: Path, *, governance: Address | None = None) -> Deployment:
    """The deployment in the file `path`, made if there is none, and verified in any case.

    The vault's governance key sends the transactions; `governance` will own the contracts, by default that
    key. (Another owner has still to do what `Governance.set_enforcer` does.) Until all is done, a draft
    beside `path` remembers the deployment's id, so a second call carries on. Raises what
    `verify_deployment` and `Sender.send` do; Misconfigured `deployment_malformed`.
    """
    if path.exists():
        deployment = Deployment.load(path)
        verify_deployment(engine.rpc, deployment)
        return deployment
    sender = Sender(engine, vault, GOVERNANCE)
    draft_path = path.with_name(path.name + ".draft")
    draft = _read_or_make_draft(engine.rpc, draft_path, sender)
    owner = governance or sender.address
    deployment = _deploy(engine, sender, draft, owner=owner, operator=vault.address(OPERATOR))
    verify_deployment(engine.rpc, deployment)
    deployment.save(path)
    draft_path.unlink()
    return deployment


def _read_or_make_draft(rpc: Rpc, path: Path, sender: Sender) -> _Draft:
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
        deployment_id = draft.deployment_id
    draft = _Draft(
        deployment_id=deployment_id,
        chain_id=chain_id,
        genesis_hash=genesis_hash,
        factory=sender.next_created(),
    )
    write_private(path, draft.model_dump_json(indent=1).encode() + b"\n")
    return draft


def _deploy(
    engine: Engine, sender: Sender, draft: _Draft, *, owner: Address, operator: Address
) -> Deployment:
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
            block=_created_at(rpc, factory, address),
            slots=dict(artifact.slots),
        )
        return address

    members = place(Contract.MEMBERS, owner)
    policies = place(Contract.POLICIES, members)
    certifications = place(Contract.CERTIFICATIONS, members, policies, *_NONE)
    place(Contract.CONSENTS, members, *_NONE)
    place(Contract.ANCHORS, members)
    if owner == sender.address and _enforcer(rpc, policies) != certifications:
        sender.send(policies, function(Contract.POLICIES, "setEnforcer").call(certifications))
    return Deployment(
        deployment_id=draft.deployment_id,
        engine="embedded" if engine.name == "embedded" else "remote",
        chain_id=draft.chain_id,
        genesis_hash=draft.genesis_hash,
        factory=Factory(address=factory, code_hash="0x" + keccak256(factory_code).hex()),
        contracts=deployed,
        compiler=Compiler.model_validate(artifacts.load(Contract.MEMBERS).compiler),
        operator=operator,
        governance=owner,
    )


def _created_at(rpc: Rpc, factory: Address, address: Address) -> int:
    """The block in which the factory created `address`, by the factory's event."""
    (event,) = (item for item in artifacts.load(artifacts.DEPLOYER).abi if item.get("name") == "Deployed")
    topic = "0x" + keccak256(signature_of(event).encode()).hex()
    logs = rpc.call(
        "eth_getLogs",
        {
            "address": factory,
            "fromBlock": "0x0",
            "topics": [topic, "0x" + address[2:].lower().rjust(64, "0")],
        },
    )
    return int(logs[0]["blockNumber"], 16)


def _has_code(rpc: Rpc, address: str) -> bool:
    return bool(rpc.call("eth_getCode", address, "latest")[2:])


def _enforcer(rpc: Rpc, policies: Address) -> Address:
    """The Certifications that Policies tells of programmes; the zero address at first."""
    view = function(Contract.POLICIES, "enforcer")
    answer = rpc.call("eth_call", {"to": policies, "data": "0x" + view.call().hex()}, "latest")
    (lower_case,) = view.result(bytes.fromhex(answer[2:]))
    return addresses.from_bytes(bytes.fromhex(lower_case[2:]))
