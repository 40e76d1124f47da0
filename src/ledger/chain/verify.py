"""Whether the contracts on a chain are the committed ones, at the addresses that a deployment file names."""

from __future__ import annotations

from ledger.chain import artifacts
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Rpc
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import Misconfigured


def verify_deployment(rpc: Rpc, deployment: Deployment) -> None:
    """Checks a deployment against the node and the committed artifacts, in this order:

    1. the chain id and the hash of block 0 are the file's;
    2. the factory's code is the committed one;
    3. each address follows from factory, deployment id, committed creation code and arguments (EIP-1014),
    so what    is there was made by that code;
    4. each contract's code is the committed one but for what its constructor wrote, and has the file's hash.

    Raises Misconfigured `chain_id_differs`, `genesis_differs`, `contract_missing`, `contract_code_unknown`,
    `contract_code_differs`, `contract_address_differs`, with what was got and expected.
    """
    verify_chain(rpc, chain_id=deployment.chain_id, genesis_hash=deployment.genesis_hash)
    factory = Address(deployment.factory.address)
    verify_code(rpc, artifacts.DEPLOYER, factory, deployment.factory.code_hash)
    for contract in Contract:
        deployed = deployment.contracts[contract]
        derived = create2_address(
            factory,
            bytes.fromhex(deployment.deployment_id[2:]),
            artifacts.load(contract).creation_code + bytes.fromhex(deployed.constructor_arguments[2:]),
        )
        if derived != deployed.address:
            raise Misconfigured(
                "contract_address_differs", contract=contract.value, got=deployed.address, expected=derived
            )
        verify_code(rpc, contract, derived, deployed.code_hash)


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
