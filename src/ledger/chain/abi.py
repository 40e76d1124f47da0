"""Calls and results of a contract, by the ABI of its artifact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import decode, encode

from ledger.chain import artifacts
from ledger.encoding.hashing import keccak256


def type_of(parameter: Mapping[str, Any]) -> str:
    """The canonical type of an ABI parameter, structs written out as tuples."""
    kind: str = parameter["type"]
    if kind.startswith("tuple"):
        return f"({','.join(map(type_of, parameter['components']))}){kind.removeprefix('tuple')}"
    return kind


def signature_of(item: Mapping[str, Any]) -> str:
    """The canonical signature of a function, event or error."""
    return f"{item['name']}({','.join(map(type_of, item['inputs']))})"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a contract."""

    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]

    def call(self, *arguments: Any) -> bytes:
        """Call data."""
        return self.selector + encode(self.inputs, arguments)

    def result(self, returned: bytes) -> tuple[Any, ...]:
        """What the function returned."""
        return tuple(decode(self.outputs, returned))


@cache
def function(contract: str, name: str) -> Function:
    """A function by contract and name. Ours are not overloaded."""
    (item,) = (i for i in artifacts.load(contract).abi if i["type"] == "function" and i["name"] == name)
    return Function(
        selector=keccak256(signature_of(item).encode())[:4],
        inputs=tuple(map(type_of, item["inputs"])),
        outputs=tuple(map(type_of, item["outputs"])),
    )


@cache
def constructor_inputs(contract: str) -> tuple[str, ...]:
    """The types of the constructor's arguments."""
    found = [item for item in artifacts.load(contract).abi if item["type"] == "constructor"]
    return tuple(map(type_of, found[0]["inputs"])) if found else ()
