"""What is known of people, as the dated facts that an entitlement is computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from ledger.domain.codes import Death, Scheme, Status
from ledger.domain.entitlement.facts import ALWAYS, Decision, Facts, Registered, spells
from ledger.domain.programmes import Programme, local_date
from ledger.domain.tags import certification_tag
from ledger.encoding.words import certification
from ledger.services.evidence import record_place
from ledger.services.facts import Fact, FactKind
from ledger.services.people import People, Person, birth_date
from ledger.store import index, month_books, records
from ledger.store import subjects as subjects_store
from ledger.store.index import Revision

_KINDS = (
    FactKind.IDENTITY_NUMBER,
    FactKind.BIRTH_DATE,
    FactKind.NAME,
    FactKind.PAYING_DIVISION,
    FactKind.COMMUNITY,
)


@dataclass(frozen=True, slots=True)
class Known:
    """A person with the facts that money depends on, and what tells them apart on a list."""

    person: Person
    facts: Facts
    name: str = field(repr=False)
    number: str = field(repr=False)
    merged: tuple[str, ...] = ()
    """Ids of entries that turned out to be the same person; what was paid to them was paid to her."""


@dataclass(frozen=True, slots=True)
class _Event:
    """A revision that changed status or death, with the day on which it takes effect."""

    revision: Revision
    before: int
    on: date


class DatedFacts:
    """Reads them for many people at once."""

    def __init__(self, people: People) -> None:
        self._people = people

    def of(self, conn: Connection, people: Mapping[str, Person], programme: Programme) -> dict[str, Known]:
        """The facts of each person by subject id; of nobody without an identity number."""
        merged = month_books.merged_into(conn, list(people))
        others = self._people.open(
            list(subjects_store.by_ids(conn, [one for ids in merged.values() for one in ids]).values())
        )
        histories = self._people.histories(conn, people, _KINDS)
        events = self._events(conn, {**people, **others}, programme)
        return {
            subject_id: self._known(person, histories[subject_id], events, merged.get(subject_id, ()))
            for subject_id, person in people.items()
            if any(fact.kind is FactKind.IDENTITY_NUMBER for fact in histories[subject_id])
        }

    def _known(
        self,
        person: Person,
        history: Sequence[Fact],
        events: Mapping[str, Sequence[_Event]],
        merged: Sequence[str],
    ) -> Known:
        present = [fact for fact in history if fact.valid_until is None]
        by_kind = {fact.kind: fact.value for fact in present}
        own = list(events.get(person.id, ()))
        # Of an entry that was merged, only that she was certified says anything about her.
        other = [one for subject_id in merged for one in events.get(subject_id, ()) if _certifies(one)]
        made = sorted((*own, *other), key=lambda one: (one.revision.block_number, one.revision.log_index))
        return Known(
            person,
            Facts(birth_date(present), tuple(_registers(history)), spells(_decisions(made)), _died_on(own)),
            name=by_kind[FactKind.NAME]["name"],
            number=by_kind[FactKind.IDENTITY_NUMBER]["number"],
            merged=tuple(merged),
        )

    def _events(
        self, conn: Connection, people: Mapping[str, Person], programme: Programme
    ) -> dict[str, list[_Event]]:
        tags = {
            bytes(certification_tag(person.keys.subject_key, programme.id).tag): person
            for person in people.values()
        }
        turns = {
            tags[tag].id: list(_turns(revisions))
            for tag, revisions in index.histories(conn, programme.id, list(tags)).items()
        }
        hashes = [revision.record_hash for found in turns.values() for _, revision in found]
        sealed = records.by_hashes(conn, hashes)
        return {
            subject_id: [
                _Event(revision, before, _day(people[subject_id], revision, sealed))
                for before, revision in found
            ]
            for subject_id, found in turns.items()
        }


def _turns(revisions: Iterable[Revision]) -> Iterator[tuple[int, Revision]]:
    """The revisions that change status or death, each with the word before it."""
    before = 0
    for revision in revisions:
        of_status = certification.status(before) != certification.status(revision.word)
        if of_status or certification.death(before) != certification.death(revision.word):
            yield before, revision
        before = revision.word


def _day(person: Person, revision: Revision, sealed: Mapping[bytes, object]) -> date:
    """When it takes effect: what the record says; where there is none left, when it was recorded."""
    row = sealed.get(revision.record_hash)
    if row is None:
        return local_date(certification.recorded_at(revision.word))
    record = person.keys.open(record_place(revision.record_hash), row.sealed)  # type: ignore[attr-defined]
    said = record.get("occurred_on")
    return date.fromisoformat(said) if said else local_date(certification.recorded_at(revision.word))


def _certifies(event: _Event) -> bool:
    return (
        event.revision.scheme != Scheme.NONE
        and certification.status(event.revision.word) == Status.ACTIVE
        and certification.status(event.before) != Status.ACTIVE
    )


def _decisions(events: Iterable[_Event]) -> Iterator[Decision]:
    for event in events:
        status = certification.status(event.revision.word)
        if status != certification.status(event.before):
            yield Decision(event.on, Status(status), certifies=_certifies(event))


def _died_on(events: Iterable[_Event]) -> date | None:
    """The day of death, if it is confirmed: the one that the confirmation names."""
    died_on: date | None = None
    for event in events:
        death = certification.death(event.revision.word)
        if death != certification.death(event.before):
            died_on = event.on if death == Death.CONFIRMED else None
    return died_on


def _registers(history: Sequence[Fact]) -> Iterator[Registered]:
    """On whose register the person was, and since when. Whoever said nothing of a register is on that of the
    community responsible. Since when the first of them held, nobody has said.
    """
    found = [fact for fact in history if fact.kind is FactKind.PAYING_DIVISION]
    key = "division"
    if not found:
        found = [fact for fact in history if fact.kind is FactKind.COMMUNITY]
        key = "community"
    for position, fact in enumerate(found):
        since = ALWAYS if position == 0 else local_date(fact.valid_from)
        yield Registered(since, fact.value[key])
        following = found[position + 1].valid_from if position + 1 < len(found) else None
        if fact.valid_until is not None and (following is None or following > fact.valid_until):
            yield Registered(local_date(fact.valid_until), "")
