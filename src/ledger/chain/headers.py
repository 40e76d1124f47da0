"""Block headers, and whether they are what their hashes say (EIP-1474, `eth_getBlockByNumber`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import rlp

from ledger.chain.rpc import NodeUnreachable
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import BlockNumber, Timestamp

# The header of the yellow paper, then what EIP-1559, 4895, 4844, 4788 and 7685 have added. Numbers are
# encoded without leading zeros, everything else as it is.
_BYTES, _NUMBER = bytes.fromhex, int
_FIELDS = (
    ("parentHash", _BYTES),
    ("sha3Uncles", _BYTES),
    ("miner", _BYTES),
    ("stateRoot", _BYTES),
    ("transactionsRoot", _BYTES),
    ("receiptsRoot", _BYTES),
    ("logsBloom", _BYTES),
    ("difficulty", _NUMBER),
    ("number", _NUMBER),
    ("gasLimit", _NUMBER),
    ("gasUsed", _NUMBER),
    ("timestamp", _NUMBER),
    ("extraData", _BYTES),
    ("mixHash", _BYTES),
    ("nonce", _BYTES),
    ("baseFeePerGas", _NUMBER),
    ("withdrawalsRoot", _BYTES),
    ("blobGasUsed", _NUMBER),
    ("excessBlobGas", _NUMBER),
    ("parentBeaconBlockRoot", _BYTES),
    ("requestsHash", _BYTES),
)


@dataclass(frozen=True, slots=True)
class Header:
    """A block's header as a node gave it. Hashes are 32 bytes; `fields` are those that the hash is of."""

    number: BlockNumber
    hash: bytes
    parent_hash: bytes
    time: Timestamp
    fields: tuple[bytes | int, ...]

    @property
    def encoded(self) -> bytes:
        """The RLP of the header's fields."""
        encoded: bytes = rlp.encode(self.fields)
        return encoded

    @property
    def computed_hash(self) -> bytes:
        """keccak256 of the RLP: the header's hash, on engines that follow Ethereum in this."""
        return keccak256(self.encoded)


def parse(block: Any) -> Header | None:
    """The header in a node's answer; None if it answered that there is no such block.

    Raises NodeUnreachable `node_answer_malformed`.
    """
    if block is None:
        return None
    try:
        return Header(
            number=BlockNumber(int(block["number"], 16)),
            hash=_hash(block["hash"]),
            parent_hash=_hash(block["parentHash"]),
            time=Timestamp(int(block["timestamp"], 16)),
            fields=tuple(
                int(block[name], 16) if kind is _NUMBER else bytes.fromhex(block[name][2:])
                for name, kind in _FIELDS
                if block.get(name) is not None
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise NodeUnreachable(
            "node_answer_malformed", node="", method="eth_getBlockByNumber", reason=type(error).__name__
        ) from error


def _hash(digits: str) -> bytes:
    value = bytes.fromhex(digits[2:])
    if len(value) != 32:
        raise ValueError(f"a block hash of {len(value)} bytes")
    return value
