"""Who needs a certification soon: the work list of a community."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select

from ledger.encoding.types import Word
from ledger.store.tables import subjects, tags, words


@dataclass(frozen=True, slots=True)
class DueRow:
    """A subject and their present word; 0 if they were never certified."""

    subject_id: str
    community_id: int
    word: Word


def due(
    conn: Connection, communities: Collection[int], programme: int, until: int, *, never: bool = True
) -> Sequence[DueRow]:
    """Active subjects of communities whose validity ends before `until` (unix seconds), the earliest first.

    `never` takes in those without any word, ahead of the rest. Statuses are not looked at: whether a word
    that ended is suspended, closed or a death is the verdict's to say.
    """
    # A word's bytes order as its bits do, so the end of the validity (bits 128 to 159) compares in SQL as
    # it lies.
    ends = func.substr(words.c.word, 13, 4)
    before = ends < until.to_bytes(4, "big")
    query = (
        select(subjects.c.id, subjects.c.community_id, words.c.word)
        .select_from(
            subjects.outerjoin(
                tags,
                and_(
                    tags.c.subject_id == subjects.c.id,
                    tags.c.kind == "certification",
                    tags.c.programme == programme,
                ),
            ).outerjoin(words, and_(words.c.programme == programme, words.c.tag == tags.c.tag))
        )
        .where(
            subjects.c.community_id.in_(list(communities)),
            subjects.c.state == "active",
            or_(words.c.word.is_(None), before) if never else before,
        )
        .order_by(words.c.word.is_not(None), ends, subjects.c.id)
    )
    return [
        DueRow(row.id, row.community_id, Word(0 if row.word is None else int.from_bytes(row.word, "big")))
        for row in conn.execute(query)
    ]
