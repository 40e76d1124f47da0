"""The lines of an archive: JSON, one object to a line, gzipped (RFC 1952); bytes as hex with 0x.

1. the manifest: format, version, deployment, chain, block 0, the pinned block, and each contract's code with
   the Merkle-Patricia proof (EIP-1186) of its account and of the slot that holds its running head;
2. stretches of blocks: for each block its hash and its header's RLP, then the logs in them;
3. how many stretches there were, and the SHA-256 of all lines before.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledger.audit.segments import RawLog
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.rlp_list import decode_list, decode_number
from ledger.encoding.types import BlockNumber, Timestamp

Hex = Annotated[str, Field(pattern=r"^0x([0-9a-f]{2})*$")]
# Places in the header's list: yellow paper, section 4.4.
_PARENT, STATE_ROOT, _NUMBER, _TIME = 0, 3, 8, 11


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockLine(_Strict):
    """A block: the hash that the node gave, and its header's RLP."""

    hash: Hex
    rlp: Hex


class Proven(_Strict):
    """A contract's code, and the trie nodes that show its hash and its running head."""

    code: Hex
    account: tuple[Hex, ...]
    journal: tuple[Hex, ...]


class Manifest(_Strict):
    """The first line."""

    format: Literal["certification-ledger/archive"] = "certification-ledger/archive"
    version: Literal[1] = 1
    software: str
    created_at: int
    chain_id: int
    deployment: Deployment
    genesis: BlockLine
    pinned: BlockLine
    contracts: dict[Contract, Proven]


class End(_Strict):
    """The last line."""

    segments: int
    sha256: str


def block_line(header: Header) -> BlockLine:
    """A header as an archive keeps it."""
    return BlockLine(hash=shown(header.hash), rlp=shown(header.encoded))


def header_of(line: BlockLine) -> Header:
    """The header of a line. Raises ValueError if it isn't one."""
    items = decode_list(unhex(line.rlp))
    if len(items) <= _TIME or len(items[_PARENT]) != 32:
        raise ValueError("not a block's header")
    return Header(
        number=BlockNumber(decode_number(items[_NUMBER])),
        hash=unhex(line.hash),
        parent_hash=bytes(items[_PARENT]),
        time=Timestamp(decode_number(items[_TIME])),
        fields=tuple(bytes(item) for item in items),
    )


def log_line(log: RawLog) -> dict[str, Any]:
    """A log as an archive keeps it."""
    return {
        "address": log.address,
        "topics": [shown(topic) for topic in log.topics],
        "data": shown(log.data),
        "block": log.block_number,
        "block_hash": shown(log.block_hash),
        "transaction": shown(log.transaction_hash),
        "index": log.index,
    }


def log_of(line: dict[str, Any]) -> RawLog:
    """The log of a line. Raises KeyError, TypeError or ValueError if it isn't one."""
    return RawLog(
        address=addresses.from_bytes(unhex(line["address"])),
        topics=tuple(unhex(topic) for topic in line["topics"]),
        data=unhex(line["data"]),
        block_number=BlockNumber(int(line["block"])),
        block_hash=unhex(line["block_hash"]),
        transaction_hash=unhex(line["transaction"]),
        index=int(line["index"]),
        removed=False,
    )


def shown(value: bytes) -> str:
    """Bytes as an archive has them."""
    return "0x" + value.hex()


def unhex(text: str) -> bytes:
    """What `shown` was given. Raises ValueError."""
    return bytes.fromhex(text[2:])
