"""The journal: every block's time, hash and raw transactions, from which the chain can be made again.

A file of frames after a header of magic (8 bytes) ‖ genesis hash (32). A frame is length (u32) ‖ CRC-32 of
the payload (u32) ‖ CRC-32 of these eight bytes (u32) ‖ payload; a payload is number (u64) ‖ time (u64) ‖
block hash (32) and then length (u32) ‖ bytes of each transaction. Integers are little-endian. A block
counts as final once its frame is synced to the disk.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ledger.errors import Misconfigured
from ledger.keys.files import sync_directory

_MAGIC = b"LEDGERJ1"
_HEADER_SIZE = len(_MAGIC) + 32
_FRAME = struct.Struct("<III")
_BLOCK = struct.Struct("<QQ32s")
_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class JournalledBlock:
    """What it takes to mine a block again, and the hash that must come out. `time` in unix seconds."""

    number: int
    time: int
    hash: bytes
    transactions: Sequence[bytes]


class Journal:
    """An append-only journal in `path`, made if it isn't there.

    Opening checks every frame. A last frame that was being written when the power went is cut off: it was
    never synced, so nobody was told that it is final. Damage before that raises Misconfigured
    `journal_damaged`.
    """

    def __init__(self, path: Path, genesis_hash: bytes) -> None:
        self._path = path
        self.height = 0
        self.last_time = 0
        self._hashes: list[bytes] = [genesis_hash]
        make_header = not path.exists() or path.stat().st_size < _HEADER_SIZE
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            if make_header:  # nothing is journalled before the header is synced
                self._file.truncate(0)
                self._file.write(_MAGIC + genesis_hash)
                os.fsync(self._file.fileno())
                sync_directory(path.parent)
            self._check_header(genesis_hash)
            self._end = self._scan()
            if self._end < os.fstat(self._file.fileno()).st_size:
                self._file.truncate(self._end)
                os.fsync(self._file.fileno())
        except BaseException:
            self._file.close()
            raise

    def append(self, block: JournalledBlock) -> None:
        """Writes the next block and syncs it. If that fails, the journal is as it was."""
        if block.number != self.height + 1:
            raise ValueError(f"block {block.number} does not follow {self.height}")
        payload = _payload(block)
        frame = _frame_header(payload) + payload
        try:
            self._file.seek(self._end)
            written = self._file.write(frame)
            if written != len(frame):
                raise OSError("short write")
            os.fdatasync(self._file.fileno())
        except BaseException:
            self._file.truncate(self._end)
            raise
        self._end += len(frame)
        self._took(block)

    def blocks(self, after: int) -> Iterator[JournalledBlock]:
        """The journalled blocks above height `after`, in order, read as they are asked for."""
        with self._path.open("rb") as file:
            file.seek(_HEADER_SIZE)
            for payload in self._payloads(file):
                if _BLOCK.unpack_from(payload)[0] > after:
                    yield _block(payload)

    def hash_at(self, height: int) -> bytes:
        """The hash of the block at a height that is journalled; at 0 that of the genesis block."""
        return self._hashes[height]

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return self._end

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def _check_header(self, genesis_hash: bytes) -> None:
        self._file.seek(0)
        header = self._file.read(_HEADER_SIZE)
        if header[: len(_MAGIC)] != _MAGIC:
            raise Misconfigured("journal_damaged", path=str(self._path), offset=0)
        if header[len(_MAGIC) :] != genesis_hash:
            raise Misconfigured(
                "journal_of_another_chain",
                path=str(self._path),
                got="0x" + header[len(_MAGIC) :].hex(),
                expected="0x" + genesis_hash.hex(),
            )

    def _scan(self) -> int:
        """Goes through all frames; returns where the last whole one ends."""
        end = _HEADER_SIZE
        with self._path.open("rb") as file:
            file.seek(end)
            for payload in self._payloads(file):
                block = _block(payload)
                if block.number != self.height + 1:
                    raise Misconfigured("journal_damaged", path=str(self._path), offset=end)
                self._took(block)
                end += _FRAME.size + len(payload)
        return end

    def _payloads(self, file: BinaryIO) -> Iterator[bytes]:
        size = os.fstat(file.fileno()).st_size
        while header := file.read(_FRAME.size):
            offset = file.tell() - len(header)
            if len(header) == _FRAME.size:
                length, checksum, header_checksum = _FRAME.unpack(header)
                if header_checksum != zlib.crc32(header[:8]):
                    if any(file.read()):
                        raise Misconfigured("journal_damaged", path=str(self._path), offset=offset)
                    return  # zeros to the end: the file had grown, its content was not all written
                payload = file.read(length)
                if len(payload) == length >= _BLOCK.size and zlib.crc32(payload) == checksum:
                    yield payload
                    continue
                if offset + _FRAME.size + length < size:  # others follow, so this one was synced
                    raise Misconfigured("journal_damaged", path=str(self._path), offset=offset)
            return

    def _took(self, block: JournalledBlock) -> None:
        self.height = block.number
        self.last_time = block.time
        self._hashes.append(block.hash)


def _frame_header(payload: bytes) -> bytes:
    lengths = struct.pack("<II", len(payload), zlib.crc32(payload))
    return lengths + struct.pack("<I", zlib.crc32(lengths))


def _payload(block: JournalledBlock) -> bytes:
    parts = [_BLOCK.pack(block.number, block.time, block.hash)]
    for raw in block.transactions:
        parts += (_LENGTH.pack(len(raw)), raw)
    return b"".join(parts)


def _block(payload: bytes) -> JournalledBlock:
    number, time, block_hash = _BLOCK.unpack_from(payload)
    transactions: list[bytes] = []
    offset = _BLOCK.size
    while offset < len(payload):
        (length,) = _LENGTH.unpack_from(payload, offset)
        offset += _LENGTH.size
        transactions.append(payload[offset : offset + length])
        offset += length
    return JournalledBlock(number, time, block_hash, transactions)
