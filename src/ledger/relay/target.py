"""Which chain and which contracts a relay works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ledger.domain.digests import Domains
from ledger.domain.events import Contract
from ledger.encoding import eip712
from ledger.encoding.types import Address


@dataclass(frozen=True)
class Target:
    """A deployment, pinned. `genesis_hash` has 32 bytes; no contract logged anything before `first_block`."""

    chain_id: int
    genesis_hash: bytes
    contracts: Mapping[Contract, Address]
    first_block: int = 1

    @cached_property
    def domains(self) -> Domains:
        """The EIP-712 domain of every contract."""
        return {
            contract: eip712.Domain(contract.value, self.chain_id, address)
            for contract, address in self.contracts.items()
        }
