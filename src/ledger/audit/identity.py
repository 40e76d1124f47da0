"""Steps 1, 2 and 4: whether this is the deployment's chain, and whether its contracts are there."""

from __future__ import annotations

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.source import ProofWrong, Source
from ledger.chain import artifacts
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.verify import create2_address
from ledger.domain.events import Contract
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import Misconfigured


def check_addresses(deployment: Deployment) -> None:
    """Step 1: addresses are those that CREATE2 gives this code under the deployment's id, storage slots those
    that the compiler laid out, and governance began with whom the contract was made for.

    Raises Misconfigured `contract_address_differs`, `deployment_contradicts`.
    """
    salt = bytes.fromhex(deployment.deployment_id[2:])
    for contract in Contract:
        deployed = deployment.contracts[contract]
        creation = artifacts.load(contract).creation_code + bytes.fromhex(deployed.constructor_arguments[2:])
        derived = create2_address(Address(deployment.factory.address), salt, creation)
        if derived != deployed.address:
            raise Misconfigured(
                "contract_address_differs", contract=contract.value, got=deployed.address, expected=derived
            )
        if deployed.slots != dict(artifacts.load(contract).slots):
            raise Misconfigured("deployment_contradicts", what=f"{contract}.slots")
    if not deployment.contracts[Contract.MEMBERS].constructor_arguments.endswith(
        deployment.governance[2:].lower()
    ):
        raise Misconfigured("deployment_contradicts", what="governance")


def is_chain(source: Source, deployment: Deployment, findings: Findings) -> bool:
    """Step 2: whether the source has the deployment's chain."""
    chain_id, genesis = source.chain_id(), source.genesis()
    if chain_id != deployment.chain_id:
        findings.add(Finding(Code.CHAIN_ID_DIFFERS, Where(), str(chain_id), str(deployment.chain_id)))
    elif shown(genesis.hash) != deployment.genesis_hash:
        got, expected = shown(genesis.hash), deployment.genesis_hash
        findings.add(Finding(Code.GENESIS_DIFFERS, Where(block=0), got, expected))
    else:
        return True
    return False


def has_code(
    source: Source, deployment: Deployment, contract: Contract, pinned: Header, findings: Findings
) -> bool:
    """Step 4: whether a contract's code is the committed one. If not, nothing that it says is asked."""
    expected = deployment.contracts[contract].code_hash
    where = Where(contract=str(contract), block=pinned.number)
    try:
        code = source.code(contract, pinned)
    except ProofWrong as error:
        findings.add(Finding(Code.PROOF_WRONG, where, str(error), f"a proof of the code {expected}"))
        return False
    if artifacts.load(contract).is_code(code) and shown(keccak256(code)) == expected:
        return True
    got = shown(keccak256(code)) if code else "no code"
    findings.add(Finding(Code.CODE_DIFFERS, where, got, expected))
    return False
