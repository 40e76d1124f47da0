"""The index as readers see it: present words, their history, and the block at which all of it is true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from ledger.encoding.types import Word
from ledger.store.chunks import chunks
from ledger.store.hot import HotQuery, Reading
from ledger.store.tables import blocks, cursor, recorded_batches, word_history, words

CONSENTS = 0
"""Stands in the place of a programme for the words of the contract Consents."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """How far the index has come and how the node is. Times are unix seconds, hashes 32 bytes."""

    block: int
    hash: bytes
    time: int
    """The block's timestamp."""
    final: int
    """The last block that can no longer be undone."""
    head: int
    """The node's head when it last answered."""
    checked_at: float
    """When the node last answered, by this machine's clock."""
    trouble: str | None
    """Message code of what makes the index unreliable now, if anything."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the chain: its height, its hash (32 bytes), its timestamp (unix seconds)."""

    number: int
    hash: bytes
    timestamp: int


@dataclass(frozen=True, slots=True)
class Revision:
    """One word of a slot's history and how it came about. Hashes are 32 bytes."""

    revision: int
    word: Word
    record_hash: bytes
    block_number: int
    block_timestamp: int
    transaction_hash: bytes
    log_index: int
    entry_index: int
    signer: str
    organisation_id: int
    """The signer's organisation."""
    scheme: int


_AS_OF = HotQuery(
    select(
        cursor.c.block_number,
        cursor.c.block_hash,
        cursor.c.block_timestamp,
        cursor.c.final_number,
        cursor.c.head_number,
        cursor.c.checked_at,
        cursor.c.trouble,
    )
)


def as_of(conn: Connection) -> AsOf | None:
    """Where the index stands; None before the first block was read."""
    return as_of_reading(Reading(conn))


def as_of_reading(reading: Reading) -> AsOf | None:
    """The same, by hot queries."""
    row = reading.one(_AS_OF)
    return None if row is None else AsOf(*row)


def block_at(conn: Connection, moment: int) -> Block | None:
    """The last block kept with a timestamp up to `moment`, unix seconds."""
    query = select(blocks).where(blocks.c.timestamp <= moment)
    row = conn.execute(query.order_by(blocks.c.timestamp.desc(), blocks.c.number.desc()).limit(1)).first()
    return None if row is None else Block(row.number, row.hash, row.timestamp)


def word(conn: Connection, programme: int, tag: bytes) -> Word:
    """The present word of a slot; 0 if nothing was ever recorded."""
    query = select(words.c.word).where(words.c.programme == programme, words.c.tag == tag)
    found = conn.execute(query).scalar_one_or_none()
    return Word(0 if found is None else int.from_bytes(found, "big"))


def words_of(conn: Connection, programme: int, tags: Collection[bytes]) -> dict[bytes, Word]:
    """The present words of slots, of those that have one."""
    found: dict[bytes, Word] = {}
    for chunk in chunks(tags):
        query = select(words.c.tag, words.c.word).where(
            words.c.programme == programme, words.c.tag.in_(chunk)
        )
        found.update((row.tag, Word(int.from_bytes(row.word, "big"))) for row in conn.execute(query))
    return found


def word_at(conn: Connection, programme: int, tag: bytes, moment: int) -> Word:
    """The word that a slot had at `moment`, unix seconds; 0 if none yet."""
    query = (
        select(word_history.c.word)
        .join(recorded_batches, _SAME_EVENT)
        .where(
            word_history.c.programme == programme,
            word_history.c.tag == tag,
            recorded_batches.c.block_timestamp <= moment,
        )
        .order_by(word_history.c.revision.desc())
        .limit(1)
    )
    found = conn.execute(query).scalar_one_or_none()
    return Word(0 if found is None else int.from_bytes(found, "big"))


def history(conn: Connection, programme: int, tag: bytes) -> Sequence[Revision]:
    """Every revision of a slot, oldest first."""
    query = _revisions_of(programme, [tag]).order_by(word_history.c.revision)
    return [_revision(row) for row in conn.execute(query)]


def histories(conn: Connection, programme: int, tags: Collection[bytes]) -> dict[bytes, list[Revision]]:
    """Every revision of slots, oldest first, of those that have one."""
    found: dict[bytes, list[Revision]] = {}
    for chunk in chunks(tags):
        query = _revisions_of(programme, chunk).order_by(word_history.c.tag, word_history.c.revision)
        for row in conn.execute(query):
            found.setdefault(row.tag, []).append(_revision(row))
    return found


def latest_revision(conn: Connection, programme: int, tag: bytes) -> Revision | None:
    """The revision that a slot's present word is; None if nothing was ever recorded."""
    query = _revisions_of(programme, [tag]).order_by(word_history.c.revision.desc()).limit(1)
    row = conn.execute(query).first()
    return None if row is None else _revision(row)


def _revisions_of(programme: int, tags: Sequence[bytes]) -> Select[Any]:
    return (
        select(
            word_history,
            recorded_batches.c.block_timestamp,
            recorded_batches.c.transaction_hash,
            recorded_batches.c.signer,
            recorded_batches.c.organisation_id,
            recorded_batches.c.scheme,
        )
        .join(recorded_batches, _SAME_EVENT)
        .where(word_history.c.programme == programme, word_history.c.tag.in_(tags))
    )


_SAME_EVENT = (word_history.c.block_number == recorded_batches.c.block_number) & (
    word_history.c.log_index == recorded_batches.c.log_index
)


def _revision(row: Row[Any]) -> Revision:
    return Revision(
        revision=row.revision,
        word=Word(int.from_bytes(row.word, "big")),
        record_hash=row.record_hash,
        block_number=row.block_number,
        block_timestamp=row.block_timestamp,
        transaction_hash=row.transaction_hash,
        log_index=row.log_index,
        entry_index=row.entry_index,
        signer=row.signer,
        organisation_id=row.organisation_id,
        scheme=row.scheme,
    )
