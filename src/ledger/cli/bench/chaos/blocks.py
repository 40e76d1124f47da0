"""Every block there ever was, undone ones included, and what it recorded: what answers are held to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ledger.chain import blocks as chain_blocks
from ledger.chain.deployment import Deployment
from ledger.chain.logs import events_of_block
from ledger.chain.rpc import Rpc
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded
from ledger.domain.recording import RECORDED_AT_SHIFT
from ledger.encoding import entries
from ledger.store.index import CONSENTS

Slot = tuple[int, bytes]
"""A programme (0 for consents) and a tag."""


@dataclass(frozen=True, slots=True)
class Record:
    """An entry that the chain recorded; `word` as it is stored."""

    slot: Slot
    word: int
    record_hash: bytes
    block: int
    log: int
    position: int
    transaction: bytes


@dataclass(frozen=True, slots=True)
class Node:
    """A block, the hash of the one before it, and what it recorded."""

    number: int
    parent: bytes
    records: tuple[Record, ...]
    last: Mapping[Slot, int] = field(repr=False)
    """The words that it left."""


class Blocks:
    """Blocks by their hashes. Used by one thread at a time."""

    def __init__(self, rpc: Rpc, deployment: Deployment) -> None:
        self._rpc = rpc
        self._contracts = deployment.addresses
        self._nodes: dict[bytes, Node] = {}
        self._first = deployment.first_block
        self.head = b""

    def take_in(self) -> None:
        """Reads the node's newest block and all before it that are not known yet."""
        block: chain_blocks.Block | None = chain_blocks.head(self._rpc)
        self.head = block.hash if block else b""
        while block is not None and block.hash not in self._nodes:
            self._nodes[block.hash] = self._read(block)
            if block.number < self._first:
                return
            block = chain_blocks.block_of_hash(self._rpc, block.parent_hash)

    def knows(self, block_hash: bytes) -> bool:
        """Whether there was such a block."""
        return block_hash in self._nodes

    def word(self, block_hash: bytes, slot: Slot) -> int:
        """A slot's word at a block; 0 if nothing had been recorded."""
        while (node := self._nodes.get(block_hash)) is not None:
            if slot in node.last:
                return node.last[slot]
            block_hash = node.parent
        return 0

    def transactions(self) -> set[bytes]:
        """The hashes of all that ever recorded something, in undone blocks too."""
        return {record.transaction for node in self._nodes.values() for record in node.records}

    def chain(self) -> Iterator[Node]:
        """The blocks of the present chain, the newest first."""
        at = self.head
        while (node := self._nodes.get(at)) is not None:
            yield node
            at = node.parent

    def _read(self, block: chain_blocks.Block) -> Node:
        records: list[Record] = []
        for event in events_of_block(self._rpc, self._contracts, block):
            if not isinstance(event, CertificationsRecorded | ConsentsRecorded):
                continue
            programme = event.programme if isinstance(event, CertificationsRecorded) else CONSENTS
            records += [
                Record(
                    slot=(programme, bytes(tag)),
                    word=word | block.time << RECORDED_AT_SHIFT,
                    record_hash=bytes(record_hash),
                    block=block.number,
                    log=event.position.log_index,
                    position=position,
                    transaction=event.position.transaction_hash,
                )
                for position, (tag, word, record_hash) in enumerate(entries.iterate(event.entries))
            ]
        return Node(block.number, block.parent_hash, tuple(records), {one.slot: one.word for one in records})
