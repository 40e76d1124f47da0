"""What a decision, or a department's look-up, reads, row by row by its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from ledger.encoding.types import Address, Word
from ledger.store.hot import HotQuery, Reading, from_json
from ledger.store.index import CONSENTS
from ledger.store.operations import is_open
from ledger.store.tables import (
    handles,
    operations,
    organisations,
    recorded_batches,
    subjects,
    word_history,
    words,
)


@dataclass(frozen=True, slots=True)
class KnownSubject:
    """A subject that an organisation has, or had, a handle for."""

    id: str
    state: str
    """active locked erased merged"""
    wrapped_key: bytes = field(repr=False)
    handle_ended_at: int | None


@dataclass(frozen=True, slots=True)
class Written:
    """A slot's present word, and the batch that wrote it."""

    word: Word
    signer: Address
    block: int


_ORGANISATION = HotQuery(
    select(organisations.c.id).where(
        organisations.c.code == bindparam("code"), organisations.c.ended_at.is_(None)
    )
)
_CODE = HotQuery(select(organisations.c.code).where(organisations.c.id == bindparam("id")))
_SUBJECT = HotQuery(
    select(subjects.c.id, subjects.c.state, subjects.c.wrapped_key, handles.c.ended_at)
    .join(handles, handles.c.subject_id == subjects.c.id)
    .where(handles.c.handle == bindparam("handle"), handles.c.organisation_id == bindparam("organisation"))
)
_WORD = HotQuery(
    select(words.c.word).where(words.c.programme == bindparam("programme"), words.c.tag == bindparam("tag"))
)
_WRITTEN_BY = HotQuery(
    select(recorded_batches.c.signer, recorded_batches.c.block_number)
    .join(
        word_history,
        (word_history.c.block_number == recorded_batches.c.block_number)
        & (word_history.c.log_index == recorded_batches.c.log_index),
    )
    .where(word_history.c.programme == bindparam("programme"), word_history.c.tag == bindparam("tag"))
    .order_by(word_history.c.revision.desc())
    .limit(1)
)
_OPEN = HotQuery(
    select(operations.c.change)
    .where(operations.c.tag == bindparam("tag"), is_open(operations.c.state))
    .order_by(operations.c.sequence)
)


def organisation(reading: Reading, code: str) -> int | None:
    """The id of the organisation of this code, if there is one that has not ended."""
    row = reading.one(_ORGANISATION, code=code)
    return None if row is None else int(row[0])


def organisation_code(reading: Reading, organisation_id: int) -> str:
    """The code of an organisation that this installation knows."""
    row = reading.one(_CODE, id=organisation_id)
    if row is None:
        raise LookupError(organisation_id)
    return str(row[0])


def subject_of_handle(reading: Reading, organisation_id: int, handle: str) -> KnownSubject | None:
    """Whom an organisation knows, or knew, by this handle."""
    row = reading.one(_SUBJECT, handle=handle, organisation=organisation_id)
    return None if row is None else KnownSubject(*row)


def written(reading: Reading, programme: int, tag: bytes) -> Written | None:
    """What is recorded in a slot (programme 0 for a consent), if anything was."""
    row = reading.one(_WORD, programme=programme, tag=tag)
    if row is None:
        return None
    by = reading.one(_WRITTEN_BY, programme=programme, tag=tag)
    if by is None:
        raise RuntimeError("a word of the index has no history")
    return Written(Word(int.from_bytes(row[0], "big")), Address(by[0]), int(by[1]))


def grant(reading: Reading, tag: bytes) -> Written | None:
    """What is recorded under a consent's tag, if anything was."""
    return written(reading, CONSENTS, tag)


def open_changes(reading: Reading, tag: bytes) -> list[Mapping[str, Any]]:
    """What was accepted for a tag and is not in the index yet, in order of acceptance."""
    return [from_json(change) for (change,) in reading.all(_OPEN, tag=tag)]
