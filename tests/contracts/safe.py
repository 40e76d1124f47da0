"""A Safe (npm @safe-global/safe-smart-account) on a chain, and the transactions that its owners agree on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

from ledger.chain.abi import Function, signature_of, type_of
from ledger.chain.blocks import Receipt
from ledger.chain.rpc import Rpc
from ledger.chain.sender import Sender
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.keys.vault import Vault

ARTIFACTS = (
    Path(__file__).parents[2] / "node_modules/@safe-global/safe-smart-account/build/artifacts/contracts"
)
SENTINEL = Address("0x" + "0" * 39 + "1")
"""Before the first of a Safe's owners, which are a linked list."""

_DOMAIN = keccak256(b"EIP712Domain(uint256 chainId,address verifyingContract)")
_SAFE_TX = keccak256(
    b"SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,"
    b"uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)"
)
_CALL = 0


@dataclass(frozen=True)
class Safe:
    """A Safe. Whoever sends its transactions does not matter; what counts are its owners' signatures."""

    rpc: Rpc
    chain_id: int
    address: Address

    @classmethod
    def create(cls, sender: Sender, owners: Sequence[Address], threshold: int) -> Safe:
        """A new Safe, of which `threshold` owners have to agree."""
        rpc = sender.engine.rpc
        singleton = sender.next_created()
        sender.send(None, _creation_code("Safe"))
        factory = sender.next_created()
        sender.send(None, _creation_code("proxies/SafeProxyFactory"))
        nothing = (ZERO_ADDRESS, b"", ZERO_ADDRESS, ZERO_ADDRESS, 0, ZERO_ADDRESS)
        setup = function("Safe", "setup").call(owners, threshold, *nothing)
        create = function("proxies/SafeProxyFactory", "createProxyWithNonce")
        data = create.call(singleton, setup, 0)
        (proxy,) = _ask(rpc, factory, create, data)
        sender.send(factory, data)
        return cls(rpc, int(rpc.call("eth_chainId"), 16), addresses.parse(proxy))

    def view(self, name: str, *arguments: Any) -> Any:
        """What a view of the Safe returns."""
        called = function("Safe", name)
        return _ask(self.rpc, self.address, called, called.call(*arguments))[0]

    def digest(self, to: Address, data: bytes) -> bytes:
        """What owners sign so that the Safe's next transaction is this call (EIP-712 `SafeTx`)."""
        fields = (to, 0, keccak256(data), _CALL, 0, 0, 0, ZERO_ADDRESS, ZERO_ADDRESS, self.view("nonce"))
        types = ("address", "uint256", "bytes32", "uint8", *["uint256"] * 3, "address", "address", "uint256")
        domain = keccak256(_DOMAIN + encode(("uint256", "address"), (self.chain_id, self.address)))
        message = keccak256(_SAFE_TX + encode(types, fields))
        return keccak256(b"\x19\x01" + domain + message)

    def sign(self, vault: Vault, owners: Sequence[str], to: Address, data: bytes) -> bytes:
        """The signatures of vault keys on that call, ordered by address as the Safe wants them."""
        digest = self.digest(to, data)
        ordered = sorted(owners, key=lambda name: int(vault.address(name), 16))
        return b"".join(vault.sign_digest(name, digest) for name in ordered)

    def execute(self, sender: Sender, to: Address, data: bytes, signatures: bytes) -> Receipt:
        """Carries a call out. Raises Refused `contract_refused` with the Safe's or the contract's error."""
        terms = (0, 0, 0, ZERO_ADDRESS, ZERO_ADDRESS)
        call = function("Safe", "execTransaction").call(to, 0, data, _CALL, *terms, signatures)
        return sender.send(self.address, call)


def function(name: str, called: str) -> Function:
    """A function of one of Safe's contracts."""
    found = (item for item in _artifact(name)["abi"] if item.get("name") == called)
    item = next(item for item in found if item["type"] == "function")
    return Function(
        selector=keccak256(signature_of(item).encode())[:4],
        inputs=tuple(map(type_of, item["inputs"])),
        outputs=tuple(map(type_of, item["outputs"])),
    )


def _artifact(name: str) -> Any:
    path = ARTIFACTS / f"{name}.sol" / f"{name.rsplit('/', 1)[-1]}.json"
    assert path.exists(), f"{path} is missing: run `make setup-dev`"
    return json.loads(path.read_text())


def _creation_code(name: str) -> bytes:
    return bytes.fromhex(_artifact(name)["bytecode"][2:])


def _ask(rpc: Rpc, to: Address, called: Function, data: bytes) -> tuple[Any, ...]:
    answer = rpc.call("eth_call", {"to": to, "data": "0x" + data.hex()}, "latest")
    return called.result(bytes.fromhex(answer[2:]))
