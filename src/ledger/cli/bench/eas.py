"""The peer: the Ethereum Attestation Service, from its published artifacts."""

from __future__ import annotations

import json
import secrets
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import encode

from ledger.chain.abi import signature_of, type_of
from ledger.chain.sender import Sender
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address

_SCHEMA = "bytes32 tag,uint256 word,bytes32 recordHash,uint256 programme"
_NONE = "0x" + "0" * 40
_DATA_SIZE = 128


class Eas:
    """EAS and its schema registry, deployed by `sender`, with one schema of ours."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        registry = _create(sender, "SchemaRegistry")
        self._address = _create(sender, "EAS", ("address",), (registry,))
        sender.send(registry, _call("SchemaRegistry", "register", _SCHEMA, _NONE, True))
        # As SchemaRegistry.sol has it: keccak256(abi.encodePacked(schema, resolver, revocable)).
        self._schema = keccak256(_SCHEMA.encode() + bytes(20) + b"\x01")

    def attest(self, size: int) -> int:
        """Gas of one `multiAttest` of `size` attestations of 128 bytes each."""
        requests = [(_NONE, 0, True, bytes(32), secrets.token_bytes(_DATA_SIZE), 0) for _ in range(size)]
        data = _call("EAS", "multiAttest", [(self._schema, requests)])
        return self._sender.send(self._address, data).gas_used


def _create(
    sender: Sender, name: str, types: tuple[str, ...] = (), arguments: tuple[str, ...] = ()
) -> Address:
    address = sender.next_created()
    sender.send(None, bytes.fromhex(_artifact(name)["bytecode"][2:]) + encode(types, arguments))
    return address


def _call(contract: str, function: str, *arguments: Any) -> bytes:
    (item,) = (i for i in _artifact(contract)["abi"] if i["type"] == "function" and i["name"] == function)
    return keccak256(signature_of(item).encode())[:4] + encode(
        [type_of(i) for i in item["inputs"]], arguments
    )


@cache
def _artifact(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(
        (files("ledger.chain.artifacts") / "peers" / f"{name}.json").read_bytes()
    )
    return content
