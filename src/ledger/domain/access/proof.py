"""An access proof (docs/access-log.md), version 1: an entry of the access log, and what shows it is there.

Whoever asked gets it with the answer, as a receipt: then `tree` is empty. The tree's path is asked for once
the entry is anchored.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.domain.proofs.fields import Bytes32, Number, Organisation
from ledger.errors import BadInput

FORMAT: Final = "certification-ledger/access-proof"
RECEIPT: Final = "access-receipt+jwt"
"""The `typ` of the operator's receipt."""
LARGEST_FILE = 64 * 1024


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Content(_Part):
    """What the leaf is made of: RFC 8785 canonical JSON of exactly this."""

    at: float
    """unix seconds"""
    actor: str
    """commitment to who asked, hex"""
    organisation: int
    subject: str | None
    """commitment to whom it was about, hex"""
    action: str
    outcome: str
    purpose: str | None
    detail: dict[str, str | int] | None
    secret_until: int | None


class Subject(_Part):
    """What opens the commitment to the person."""

    id: str
    opening: Bytes32


class Path(_Part):
    """The audit path of the entry in the tree of `size` entries that the organisation anchored."""

    organisation: Organisation
    size: Number
    path: Annotated[list[Bytes32], Field(max_length=64)]


class AccessProof(_Part):
    """The file."""

    format: Literal["certification-ledger/access-proof"] = FORMAT
    version: Literal[1] = 1
    entry: Content
    index: Number
    receipt: str | None = None
    """the operator's JWS over leaf and index"""
    subject: Subject | None = None
    tree: Path | None = None

    @classmethod
    def read(cls, data: bytes) -> AccessProof:
        """The proof in a file. Raises BadInput `access_log.no_proof`, which says nothing of what it holds."""
        if len(data) > LARGEST_FILE:
            raise BadInput("access_log.no_proof", where="-", reason=f"over {LARGEST_FILE} bytes")
        try:
            return cls.model_validate_json(data)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "-"
            raise BadInput("access_log.no_proof", where=where, reason=first["msg"]) from None

    def content(self) -> dict[str, Any]:
        """The entry as its leaf was made of it."""
        return self.entry.model_dump(mode="json")
