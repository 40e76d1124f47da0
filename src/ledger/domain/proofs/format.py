"""The proof's file (docs/proof-format.md), version 1."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ledger.domain.proofs.fields import Base64Url, Bytes32, Number, Organisation, Signature, Time
from ledger.domain.tags import Kind
from ledger.encoding.entries import ENTRY_SIZE, MAX_ENTRIES

FORMAT: Final = "certification-ledger/proof"
VERSION: Final = 1
SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
LARGEST_FILE = 192 * 1024
"""A batch of 1,000 entries and the longest nodes fit."""
DEEPEST = 8
"""Brackets open at once, at most: a proof needs four."""
MOST_NODES = 128
LARGEST_NODE = 576
"""A branch of 16 hashes has 532 bytes."""
LARGEST_HEADER = 1024

Version = Annotated[int, Field(ge=VERSION, le=VERSION)]
Header = Annotated[bytes, Base64Url(LARGEST_HEADER)]
Node = Annotated[bytes, Base64Url(LARGEST_NODE)]
Entries = Annotated[bytes, Base64Url(MAX_ENTRIES * ENTRY_SIZE)]
Handle = Annotated[str, Field(pattern=r"^H[a-z2-7]{32}$")]
Scheme = Annotated[int, Field(ge=0, lt=1 << 8)]


class Unreadable(StrEnum):
    """Why a file is no proof that can be judged."""

    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_THE_FORM = "not_the_form"
    VERSION_UNKNOWN = "version_unknown"
    CHAIN_KIND_UNKNOWN = "chain_kind_unknown"


class ProofUnreadable(Exception):
    """A file that can't be read as a proof: why, what was got and what was expected."""

    def __init__(self, why: Unreadable, got: str, expected: str) -> None:
        super().__init__(why, got, expected)
        self.why, self.got, self.expected = why, got, expected


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class Head(_Part):
    """The operator's word: at `time` this block was final, and the ledger's last."""

    number: Number
    hash: Bytes32
    time: Time
    """unix seconds"""
    signature: Signature
    """of the EIP-712 message Head"""


class EmbeddedChain(_Part):
    """Evidence of a chain that the operator runs: the consensus is the operator's signature."""

    kind: Literal["embedded"]
    id: Number
    """EIP-155 chain id"""
    deployment: Bytes32
    head: Head
    header: Header
    """the block's header, RLP"""
    nodes: Annotated[list[Node], Field(min_length=1, max_length=MOST_NODES)]
    """the Merkle-Patricia nodes of all accounts and slots, each once, in any order"""


class Binding(_Part):
    """The registry's word: the person whom this organisation knows by this handle has this tag."""

    organisation: Organisation
    """whose handle it is"""
    handle: Handle
    kind: Kind
    parts: Annotated[list[Organisation], Field(min_length=1, max_length=4)]
    """of a consent: provider, consumer, category, purpose; of a certification: programme"""
    tag: Bytes32
    signature: Signature
    """of the EIP-712 message Binding, by the operator's key"""


class ConsentBatch(_Part):
    """The signed batch that wrote the word, as `Consents` recorded it."""

    deadline: Time
    reviewed: bool
    entries: Entries
    signature: Signature


class CertificationBatch(_Part):
    """The signed batch that wrote the word, as `Certifications` recorded it; its programme is the part."""

    scheme: Scheme
    deadline: Time
    entries: Entries
    signature: Signature


class Proof(_Part):
    """What one slot held at one block, and all that is needed to check it against a pinned deployment."""

    format: Literal["certification-ledger/proof"]
    version: Version
    chain: EmbeddedChain
    binding: Binding
    opening_key: Bytes32
    """with kind and parts it gives the tag"""
    batch: ConsentBatch | CertificationBatch | None
    """null where nothing was ever recorded"""

    @model_validator(mode="after")
    def _batch_is_of_the_kind(self) -> Self:
        expected = ConsentBatch if self.binding.kind is Kind.CONSENT else CertificationBatch
        if self.batch is not None and not isinstance(self.batch, expected):
            raise ValueError("the batch is of the other kind")
        return self

    def to_json(self) -> bytes:
        """The file."""
        return self.model_dump_json().encode()


def parse(data: bytes) -> Proof:
    """Reads a file of which nothing is known. Raises ProofUnreadable."""
    if len(data) > LARGEST_FILE:
        raise ProofUnreadable(Unreadable.TOO_LARGE, f"{len(data)} bytes", f"at most {LARGEST_FILE}")
    if (depth := _depth(data)) > DEEPEST:
        raise ProofUnreadable(Unreadable.TOO_DEEP, f"{depth} levels", f"at most {DEEPEST}")
    try:
        return Proof.model_validate_json(data)
    except ValidationError as error:
        raise _unreadable(error) from None


def json_schema() -> dict[str, Any]:
    """The file's JSON schema (draft 2020-12)."""
    return {"$schema": SCHEMA_ID, **Proof.model_json_schema(mode="serialization")}


def _depth(data: bytes) -> int:
    """How many brackets are open at once; those within strings count too, as no string here has any."""
    depth = deepest = 0
    for byte in data:
        if byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest


_UNKNOWN: dict[tuple[int | str, ...], tuple[Unreadable, type]] = {
    ("chain", "kind"): (Unreadable.CHAIN_KIND_UNKNOWN, str),
    ("version",): (Unreadable.VERSION_UNKNOWN, int),
}
"""Where a later format may hold something else, and of which type."""


def _unreadable(error: ValidationError) -> ProofUnreadable:
    found = error.errors(include_url=False, include_context=False)
    for one in found:
        why, kind = _UNKNOWN.get(one["loc"], (None, object))
        if why is not None and type(one["input"]) is kind:
            return ProofUnreadable(why, str(one["input"])[:40], one["msg"])
    where = ".".join(map(str, found[0]["loc"])) or "the file"
    return ProofUnreadable(Unreadable.NOT_THE_FORM, where, found[0]["msg"])
