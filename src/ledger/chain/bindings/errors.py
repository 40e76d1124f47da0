"""What a contract said when it refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from ledger.chain import artifacts
from ledger.chain.abi import signature_of, type_of
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address

_BUILT_IN = (  # Solidity's own
    {"name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
)


@dataclass(frozen=True, slots=True)
class ContractError:
    """An error of a contract by its Solidity name, with its arguments by theirs.

    `name` is "" if the data is no error that our contracts declare; `arguments` then holds it as `data` in
    hex.
    """

    name: str
    arguments: Mapping[str, Any]

    @property
    def index(self) -> int | None:
        """The entry that was refused, for errors that name one."""
        return self.arguments.get("index")

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={_shown(value)}" for name, value in self.arguments.items())
        return f"{self.name or 'unknown error'}({shown})"


def decode_error(data: bytes) -> ContractError:
    """The error in revert data, or in the `reason` of a BatchRefused (of which the contract keeps 512
    bytes).
    """
    item = _errors().get(data[:4])
    if item is not None:
        try:
            values = decode([type_of(parameter) for parameter in item["inputs"]], data[4:])
        except DecodingError:
            pass
        else:
            arguments = {
                parameter["name"]: _checksummed(value) if parameter["type"] == "address" else value
                for parameter, value in zip(item["inputs"], values, strict=True)
            }
            return ContractError(item["name"], arguments)
    return ContractError("", {"data": data[:64].hex()})


@cache
def _errors() -> Mapping[bytes, Mapping[str, Any]]:
    """Every error that one of our contracts may raise, by selector."""
    declared = [
        item
        for name in (*Contract, artifacts.DEPLOYER)
        for item in artifacts.load(name).abi
        if item["type"] == "error"
    ]
    return {keccak256(signature_of(item).encode())[:4]: item for item in (*declared, *_BUILT_IN)}


def _checksummed(lower_case: str) -> Address:
    return addresses.from_bytes(bytes.fromhex(lower_case[2:]))


def _shown(value: object) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
