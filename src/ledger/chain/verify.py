"""Whether the contracts on a chain are the committed ones, at the addresses that a deployment file names."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ledger.chain import artifacts
from ledger.chain.deployment import Compiler, DeployedContract, Deployment
from ledger.chain.rpc import Rpc
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import Misconfigured


def verify_deployment(rpc: Rpc, deployment: Deployment) -> None:
    """Raises the first of `differences`."""
    for difference in differences(rpc, deployment):
        raise difference


def differences(rpc: Rpc, deployment: Deployment) -> Iterator[Misconfigured]:
    """In what a deployment differs from the node and the committed artifacts, in this order:

    1. the chain id and the hash of block 0 are the file's (`chain_id_differs`, `genesis_differs`; on another
       chain nothing else is looked at);
    2. the factory's code is the committed one (`contract_missing`, `contract_code_unknown`,
       `contract_code_differs`);
    3. each contract's address follows from factory, deployment id, committed creation code and arguments
       (EIP-1014), so what is there was made by that code (`contract_address_differs`);
    4. its code is the committed one but for what its constructor wrote, and has the file's hash (as 2);
    5. its storage slots are the committed layout's (`contract_slots_differ`).
    """
    try:
        verify_chain(rpc, chain_id=deployment.chain_id, genesis_hash=deployment.genesis_hash)
    except Misconfigured as difference:
        yield difference
        return
    factory = Address(deployment.factory.address)
    yield from _code_differences(rpc, artifacts.DEPLOYER, factory, deployment.factory.code_hash)
    for contract in Contract:
        yield from _contract_differences(rpc, contract, deployment, deployment.contracts[contract])


def compiler_difference(deployment: Deployment) -> Misconfigured | None:
    """`compiler_differs` if the file names another compiler or other settings than the artifacts.

    Where the code is the same, that is a file that says something untrue, and no danger.
    """
    committed = Compiler.model_validate(artifacts.load(Contract.MEMBERS).compiler)
    if deployment.compiler == committed:
        return None
    return Misconfigured(
        "compiler_differs", got=_described(deployment.compiler), expected=_described(committed)
    )


def verify_chain(rpc: Rpc, *, chain_id: int, genesis_hash: str) -> None:
    """Raises Misconfigured `chain_id_differs` or `genesis_differs` if the node is on another chain."""
    got_id = int(rpc.call("eth_chainId"), 16)
    if got_id != chain_id:
        raise Misconfigured("chain_id_differs", got=got_id, expected=chain_id)
    got_hash = str(rpc.call("eth_getBlockByNumber", "0x0", False)["hash"])
    if got_hash != genesis_hash:
        raise Misconfigured("genesis_differs", got=got_hash, expected=genesis_hash)


def verify_code(rpc: Rpc, contract: str, address: Address, code_hash: str | None = None) -> bytes:
    """The code at `address`, if it is the committed one of `contract` and has the hash.

    Raises Misconfigured `contract_missing`, `contract_code_unknown`, `contract_code_differs`.
    """
    code = bytes.fromhex(rpc.call("eth_getCode", address, "latest")[2:])
    if not code:
        raise Misconfigured("contract_missing", contract=contract, address=address)
    artifact = artifacts.load(contract)
    got = "0x" + keccak256(code).hex()
    if not artifact.is_code(code):
        raise Misconfigured("contract_code_unknown", contract=contract, address=address, got=got)
    if code_hash is not None and got != code_hash:
        raise Misconfigured(
            "contract_code_differs", contract=contract, address=address, got=got, expected=code_hash
        )
    return code


def create2_address(factory: Address, salt: bytes, creation_code: bytes) -> Address:
    """keccak256(0xff ‖ factory ‖ salt ‖ keccak256(creation code and arguments)), its last 20 bytes
    (EIP-1014).
    """
    preimage = b"\xff" + addresses.to_bytes(factory) + salt + keccak256(creation_code)
    return addresses.from_bytes(keccak256(preimage)[12:])


def _contract_differences(
    rpc: Rpc, contract: Contract, deployment: Deployment, deployed: DeployedContract
) -> Iterator[Misconfigured]:
    artifact = artifacts.load(contract)
    derived = create2_address(
        Address(deployment.factory.address),
        bytes.fromhex(deployment.deployment_id[2:]),
        artifact.creation_code + bytes.fromhex(deployed.constructor_arguments[2:]),
    )
    if derived != deployed.address:
        yield Misconfigured(
            "contract_address_differs", contract=contract.value, got=deployed.address, expected=derived
        )
    yield from _code_differences(rpc, contract, Address(deployed.address), deployed.code_hash)
    if deployed.slots != artifact.slots:
        slots = sorted(name for name, _ in deployed.slots.items() ^ artifact.slots.items())
        yield Misconfigured("contract_slots_differ", contract=contract.value, slots=", ".join(slots))


def _described(compiler: Compiler) -> str:
    return f"{compiler.version} {json.dumps(compiler.settings, sort_keys=True)}"


def _code_differences(rpc: Rpc, contract: str, address: Address, code_hash: str) -> Iterator[Misconfigured]:
    try:
        verify_code(rpc, contract, address, code_hash)
    except Misconfigured as difference:
        yield difference
