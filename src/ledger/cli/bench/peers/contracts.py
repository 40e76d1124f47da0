"""Contracts of others, from their published artifacts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import encode

from ledger.chain.abi import signature_of, type_of
from ledger.chain.blocks import Receipt
from ledger.chain.sender import Sender
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address

NOBODY = "0x" + "0" * 40


@dataclass(frozen=True, slots=True)
class Contract:
    """A deployed contract; `artifact` is its file under chain/artifacts/peers."""

    sender: Sender
    artifact: str
    address: Address

    def send(self, function: str, *arguments: Any) -> Receipt:
        """A transaction to it. Raises as `Sender.send`."""
        return self.sender.send(self.address, self.call(function, *arguments))

    def call(self, function: str, *arguments: Any) -> bytes:
        """Call data."""
        return call(self.artifact, function, *arguments)


def create(sender: Sender, artifact: str, *arguments: Any) -> Contract:
    """Deploys a contract."""
    content = _load(artifact)
    types = [
        type_of(one) for item in content["abi"] if item["type"] == "constructor" for one in item["inputs"]
    ]
    address = sender.next_created()
    sender.send(None, bytes.fromhex(content["bytecode"].removeprefix("0x")) + encode(types, arguments))
    return Contract(sender, artifact, address)


def call(artifact: str, function: str, *arguments: Any) -> bytes:
    """Call data of a function, which is not overloaded."""
    (item,) = (i for i in _load(artifact)["abi"] if i["type"] == "function" and i["name"] == function)
    types = [type_of(one) for one in item["inputs"]]
    return keccak256(signature_of(item).encode())[:4] + encode(types, arguments)


@cache
def _load(artifact: str) -> dict[str, Any]:
    file = files("ledger.chain.artifacts") / "peers" / f"{artifact}.json"
    content: dict[str, Any] = json.loads(file.read_bytes())
    return content
