"""The compiled contracts, as committed: made by scripts/build_contracts.py, so that running needs no
compiler.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ledger.encoding.hashing import keccak256

DEPLOYER = "Deployer"


@dataclass(frozen=True)
class Artifact:
    """A compiled contract.

    `immutables` are the places (start, length) in `runtime_code` that the constructor fills in; `slots`
    maps the name of a storage variable to its slot; `compiler` is the compiler's version and settings.
    """

    name: str
    abi: Sequence[Mapping[str, Any]]
    creation_code: bytes
    runtime_code: bytes
    immutables: Sequence[tuple[int, int]]
    slots: Mapping[str, int]
    compiler: Mapping[str, Any]

    def without_immutables(self, code: bytes) -> bytes:
        """`code` with zeros where the constructor writes: comparable with `runtime_code`."""
        masked = bytearray(code)
        for start, length in self.immutables:
            masked[start : start + length] = bytes(length)
        return bytes(masked[: len(code)])

    def is_code(self, code: bytes) -> bool:
        """Whether `code` is this contract's, whatever its constructor was given."""
        return self.without_immutables(code) == self.runtime_code

    @property
    def creation_code_hash(self) -> bytes:
        """keccak256 of the creation code, without constructor arguments."""
        return keccak256(self.creation_code)


@cache
def load(name: str) -> Artifact:
    """The artifact of a contract by its name."""
    content = json.loads(files(__name__).joinpath(f"{name}.json").read_bytes())
    return Artifact(
        name=content["contractName"],
        abi=content["abi"],
        creation_code=bytes.fromhex(content["bytecode"][2:]),
        runtime_code=bytes.fromhex(content["deployedBytecode"][2:]),
        immutables=[
            (place["start"], place["length"])
            for places in content["immutableReferences"].values()
            for place in places
        ],
        slots={variable["label"]: int(variable["slot"]) for variable in content["storageLayout"]["storage"]},
        compiler=content["compiler"],
    )
