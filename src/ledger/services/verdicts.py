"""Verdicts from the index, with their doubts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import freshness
from ledger.domain.codes import Method, Scheme
from ledger.domain.programmes import Programme
from ledger.domain.tags import certification_tag
from ledger.domain.verdicts import Verdict, unknown, verdict
from ledger.encoding.types import Address, Tag, Word
from ledger.encoding.words import certification
from ledger.relay.registers import Registers
from ledger.services.answers import AsOfView
from ledger.services.context import Context
from ledger.services.people import Person
from ledger.services.trust import NEVER, distrusted_keys
from ledger.store import index
from ledger.store.index import AsOf


@dataclass(frozen=True, slots=True)
class Read:
    """A word read from the index, and what it means."""

    word: Word
    verdict: Verdict
    as_of: AsOfView | None

    @property
    def scheme(self) -> str | None:
        """senior or seamless, if ever certified."""
        scheme = Scheme(certification.scheme(self.word))
        return None if scheme is Scheme.NONE else scheme.name.lower()

    @property
    def method(self) -> str | None:
        """How, if ever certified."""
        method = Method(certification.method(self.word))
        return None if method is Method.NONE else method.name.lower()


class Verdicts:
    """Reads verdicts, now and as of past moments."""

    def __init__(self, context: Context, registers: Registers) -> None:
        self._context = context
        self._registers = registers

    def doubt(self, conn: Connection) -> str | None:
        """Message code of why the index can't be relied on now, None if it can."""
        return self.doubt_of(index.as_of(conn))

    def doubt_of(self, as_of: AsOf | None) -> str | None:
        """The same, of where the index was found to stand."""
        return freshness.doubt(
            checked_at=as_of.checked_at if as_of else None,
            trouble=as_of.trouble if as_of else None,
            behind=max(0, as_of.head - as_of.block) if as_of else 0,
            now=self._context.clock(),
            stale_after=self._context.settings.stale_after,
        )

    def now(self, conn: Connection, people: Iterable[Person], programme: Programme) -> dict[str, Read]:
        """The verdict on each person now, by subject id; UNKNOWN on all if the index can't be relied on."""
        tags = {person.id: tag_of(person, programme) for person in people}
        words = index.words_of(conn, programme.id, list(tags.values()))
        doubt = self.doubt(conn)
        as_of = AsOfView.of(index.as_of(conn))
        moment = self._context.clock()
        found = {}
        for subject_id, tag in tags.items():
            word = words.get(tag, Word(0))
            distrusted = self._is_distrusted(conn, programme, tag, word)
            own = verdict(word, programme, moment, distrusted=distrusted)
            found[subject_id] = Read(word, unknown(doubt, own) if doubt else own, as_of)
        return found

    def at(self, conn: Connection, person: Person, programme: Programme, moment: int) -> Read:
        """The verdict as the ledger stood at a past moment, unix seconds.

        What the index holds up to its last block stays true while it is out of touch, so only a moment
        after that block is in doubt.
        """
        tag = tag_of(person, programme)
        word = index.word_at(conn, programme.id, tag, moment)
        own = verdict(word, programme, moment, distrusted=self._is_distrusted(conn, programme, tag, word))
        block = index.block_at(conn, moment)
        as_of = AsOfView(block.number, "0x" + block.hash.hex(), block.timestamp) if block else None
        indexed = index.as_of(conn)
        doubt = None if indexed and moment < indexed.time else self.doubt(conn)
        return Read(word, unknown(doubt, own) if doubt else own, as_of)

    def _is_distrusted(self, conn: Connection, programme: Programme, tag: Tag, word: Word) -> bool:
        """Whether the word was recorded by a key since a moment from which on it isn't believed."""
        distrusted = distrusted_keys(self._registers.present(conn))
        if not distrusted or word == 0:
            return False
        revision = certification.revision(word)
        signer = next(
            one.signer for one in index.history(conn, programme.id, tag) if one.revision == revision
        )
        return certification.recorded_at(word) >= distrusted.get(Address(signer), NEVER)


def tag_of(person: Person, programme: Programme) -> Tag:
    """Under which tag the chain holds a person's state in a programme."""
    return certification_tag(person.keys.subject_key, programme.id).tag
