"""Undoing blocks: the chain has others in their place, or none. Called by the follower alone."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, tuple_, update

from ledger.store import settlement
from ledger.store.chunks import chunks
from ledger.store.indexing import Header, Slot, move_cursor
from ledger.store.tables import (
    blocks,
    contract_heads,
    recorded_batches,
    register_events,
    transactions,
    word_history,
    words,
)
from ledger.store.upsert import upsert


def rewind(conn: Connection, to: Header, *, final: int, head: int, at: float) -> int:
    """The index as it was at block `to`, which it knows; what later blocks had recorded is on its way again.

    Returns how many batches that were.
    """
    undone = settlement.unsettle(conn, to.number, at)
    mined = (transactions.c.state == "mined") & (transactions.c.block_number > to.number)
    conn.execute(update(transactions).where(mined).values(state="sent", block_number=None))
    _rewind_words(conn, to.number)
    for table in (recorded_batches, register_events, contract_heads):
        conn.execute(delete(table).where(table.c.block_number > to.number))
    conn.execute(delete(blocks).where(blocks.c.number > to.number))
    move_cursor(conn, to, final=final, head=head, at=at)
    return undone


def _rewind_words(conn: Connection, number: int) -> None:
    later = word_history.c.block_number > number
    query = select(word_history.c.programme, word_history.c.tag).where(later).distinct()
    slots: list[Slot] = [(row.programme, row.tag) for row in conn.execute(query)]
    conn.execute(delete(word_history).where(later))
    slot = tuple_(word_history.c.programme, word_history.c.tag)
    for chunk in chunks(slots):
        latest = (
            select(
                word_history.c.programme,
                word_history.c.tag,
                func.max(word_history.c.revision).label("revision"),
            )
            .where(slot.in_(chunk))
            .group_by(word_history.c.programme, word_history.c.tag)
            .subquery()
        )
        left = select(word_history.c.programme, word_history.c.tag, word_history.c.word).join(
            latest,
            (word_history.c.programme == latest.c.programme)
            & (word_history.c.tag == latest.c.tag)
            & (word_history.c.revision == latest.c.revision),
        )
        kept = [dict(row) for row in conn.execute(left).mappings()]
        conn.execute(delete(words).where(tuple_(words.c.programme, words.c.tag).in_(chunk)))
        upsert(conn, words, kept)
