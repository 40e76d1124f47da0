"""`deployment.json`: which contracts, where, on which chain. Audits and proofs trust this file and nothing
else.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ledger.domain.events import Contract
from ledger.domain.proofs.pinned import Pinned, PinnedContract
from ledger.encoding import addresses, eip712
from ledger.encoding.types import Address
from ledger.errors import LedgerError, Misconfigured
from ledger.keys.files import write_private


def _checked_address(text: str) -> str:
    try:
        return addresses.parse(text)
    except LedgerError:
        raise ValueError("not an address with its checksum") from None


Bytes32 = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
Bytes = Annotated[str, Field(pattern=r"^0x([0-9a-f]{2})*$")]
CheckedAddress = Annotated[str, AfterValidator(_checked_address)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DeployedContract(_Strict):
    """A contract as it is on chain. `constructor_arguments` are ABI-encoded; `block` is where it was created.

    `code_hash` is keccak256 of the code on chain, with what the constructor wrote into it.
    """

    address: CheckedAddress
    code_hash: Bytes32
    constructor_arguments: Bytes
    block: int = Field(ge=0)
    slots: dict[str, int]


class Factory(_Strict):
    """The contract that created the others (CREATE2, EIP-1014)."""

    address: CheckedAddress
    code_hash: Bytes32


class Compiler(_Strict):
    """The compiler's version and settings."""

    version: str
    settings: dict[str, Any]


class Deployment(_Strict):
    """A deployment. Every contract's address follows from factory, `deployment_id` (the salt), code and
    arguments.

    `operator` signs heads of the embedded chain; `governance` owned the contracts when they were made.
    """

    format: Literal["certification-ledger/deployment"] = "certification-ledger/deployment"
    version: Literal[1] = 1
    deployment_id: Bytes32
    engine: Literal["embedded", "remote"]
    chain_id: int = Field(ge=1)
    genesis_hash: Bytes32
    factory: Factory
    contracts: dict[Contract, DeployedContract]
    compiler: Compiler
    operator: CheckedAddress
    governance: CheckedAddress

    @property
    def addresses(self) -> dict[Contract, Address]:
        """Where each contract is."""
        return {contract: Address(self.contracts[contract].address) for contract in Contract}

    @property
    def domains(self) -> Mapping[Contract, eip712.Domain]:
        """Each contract's EIP-712 domain."""
        return {
            contract: eip712.Domain(contract.value, self.chain_id, address)
            for contract, address in self.addresses.items()
        }

    @property
    def pinned(self) -> Pinned:
        """What proofs of this deployment are checked against."""
        return Pinned(
            engine=self.engine,
            chain_id=self.chain_id,
            deployment_id=bytes.fromhex(self.deployment_id[2:]),
            operator=Address(self.operator),
            contracts={
                name: PinnedContract(
                    Address(contract.address), bytes.fromhex(contract.code_hash[2:]), contract.slots
                )
                for name, contract in self.contracts.items()
            },
        )

    @property
    def first_block(self) -> int:
        """The block before which none of the contracts was there."""
        return min(contract.block for contract in self.contracts.values())

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all."""
        write_private(path, self.model_dump_json(indent=1).encode() + b"\n")

    @classmethod
    def load(cls, path: Path) -> Deployment:
        """Reads a file. Raises Misconfigured `deployment_missing` or `deployment_malformed` with the
        field.
        """
        try:
            deployment = cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise Misconfigured("deployment_missing", path=str(path)) from None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _malformed(path, f"{where}: {first['msg']}") from None
        if missing := set(Contract) - set(deployment.contracts):
            raise _malformed(path, f"contracts: {', '.join(sorted(missing))} missing")
        return deployment


def _malformed(path: Path, reason: str) -> Misconfigured:
    return Misconfigured("deployment_malformed", path=str(path), reason=reason)
