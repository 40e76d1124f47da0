"""`chain.json`: what an embedded chain was made with, and must be started with again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.chain.embedded.process import GAS_LIMIT, HARDFORK, Genesis
from ledger.errors import Misconfigured
from ledger.keys.files import write_private


class ChainDescription(BaseModel):
    """Everything that the hash of a block depends on, apart from its transactions."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    engine: str = Field(description="the node's own name and version, as it was when the chain was made")
    chain_id: int = Field(ge=1)
    genesis_time: int = Field(ge=0)
    genesis_beneficiary: Annotated[str, Field(pattern=r"^0x[0-9a-f]{40}$")]
    genesis_hash: Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$")]
    hardfork: Literal["cancun"] = HARDFORK
    gas_limit: Literal[1_000_000_000_000] = GAS_LIMIT

    @property
    def genesis(self) -> Genesis:
        """What block 0 is made from."""
        return Genesis(self.chain_id, self.genesis_time, self.genesis_beneficiary)

    @classmethod
    def read(cls, path: Path) -> ChainDescription | None:
        """The description in `path`, or None if there is none. Raises Misconfigured
        `chain_file_malformed`.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            raise Misconfigured(
                "chain_file_malformed", path=str(path), reason=f"{field}: {first['msg']}"
            ) from None

    def write(self, path: Path) -> None:
        """Writes the description, whole or not at all."""
        write_private(path, self.model_dump_json(indent=1).encode() + b"\n")
