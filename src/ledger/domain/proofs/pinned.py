"""What a verifier trusts: facts of one deployment, from a file that the verifier's owner keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ledger.domain.events import Contract
from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.statements import Statements
from ledger.encoding.types import Address


@dataclass(frozen=True, slots=True)
class PinnedContract:
    """A contract, the hash of its code (32 bytes), and at which storage slot each variable lies."""

    address: Address
    code_hash: bytes
    slots: Mapping[str, int]

    def storage_key(self, variable: str, key: bytes) -> bytes:
        """Where a mapping holds the value of `key` (32 bytes): Solidity's storage layout."""
        return keccak256(key + uint256(self.slots[variable]))


@dataclass(frozen=True, slots=True)
class Pinned:
    """A deployment, as far as proofs rest on it."""

    engine: Literal["embedded", "remote"]
    chain_id: int
    deployment_id: bytes
    operator: Address
    contracts: Mapping[Contract, PinnedContract]

    @property
    def statements(self) -> Statements:
        """What this deployment's operator signs."""
        return Statements(self.chain_id, self.deployment_id)

    @property
    def issuer(self) -> str:
        """Who says what this deployment's operator signs as JWS."""
        return f"urn:certification-ledger:{self.deployment_id.hex()}"
