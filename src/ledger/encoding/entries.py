"""The entries of a batch: tag (32 bytes) ‖ word (32, big-endian) ‖ recordHash (32), one after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import Struct

from ledger.encoding.types import RecordHash, Tag, Word
from ledger.errors import BadInput

ENTRY_SIZE = 96
MAX_ENTRIES = 1000

Entry = tuple[Tag, Word, RecordHash]

_ENTRY = Struct("32s32s32s")


def pack(entries: Iterable[Entry]) -> bytes:
    """The bytes that are signed. Raises BadInput if there are none, over 1000, or a part isn't 32 bytes."""
    parts: list[bytes] = []
    for tag, word, record_hash in entries:
        if len(tag) != 32 or len(record_hash) != 32:
            raise BadInput(
                "entry_malformed", tag_size=len(tag), record_hash_size=len(record_hash), expected=32
            )
        parts += (tag, word.to_bytes(32, "big"), record_hash)
    packed = b"".join(parts)
    require_well_formed(packed)
    return packed


def unpack(packed: bytes) -> list[Entry]:
    """What `pack` was given. Raises BadInput if `packed` isn't 1 to 1000 whole entries."""
    require_well_formed(packed)
    return list(iterate(packed))


def iterate(packed: bytes) -> Iterator[Entry]:
    """The entries of bytes that are known to be well formed, without a copy of them all."""
    from_bytes = int.from_bytes
    for tag, word, record_hash in _ENTRY.iter_unpack(packed):
        yield tag, from_bytes(word, "big"), record_hash  # type: ignore[misc]  # NewType calls would cost a third


def is_well_formed(packed: bytes) -> bool:
    """Whether `packed` is 1 to 1000 whole entries."""
    return 0 < len(packed) <= MAX_ENTRIES * ENTRY_SIZE and len(packed) % ENTRY_SIZE == 0


def require_well_formed(packed: bytes) -> None:
    """Raises BadInput `entries_malformed` unless `packed` is 1 to 1000 whole entries."""
    if not is_well_formed(packed):
        raise BadInput("entries_malformed", got=len(packed), expected=ENTRY_SIZE, limit=MAX_ENTRIES)
