"""Finding people, and opening what is known about them, within what the actor may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain import identity_number
from ledger.domain.programmes import local_date
from ledger.encoding.types import OrganisationId
from ledger.errors import Forbidden, LedgerError
from ledger.keys.blind_index import blind_index
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.services.facts import Fact, FactKind
from ledger.services.keyring import Keys, open_keys
from ledger.services.references import SubjectRef
from ledger.store import subjects as store


@dataclass(frozen=True, slots=True)
class Person:
    """A subject that the actor may see, with the keys that open what is sealed."""

    id: str
    community: OrganisationId
    keys: Keys = field(repr=False)


class People:
    """Finds people and opens their facts. Not a use case of its own: those that use it log the release."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, conn: Connection, actor: Actor, ref: SubjectRef) -> Person:
        """The person meant. Raises Forbidden `not_yours`, or BadInput for an identity number that can't
        be one.
        """
        found = self.find_all(conn, actor, [ref])[0]
        if isinstance(found, LedgerError):
            raise found
        return found

    def by_id(self, conn: Connection, subject_id: str) -> Person:
        """The person of this id, wherever they live. Raises Forbidden `not_yours` if there is none."""
        rows = store.by_ids(conn, [subject_id])
        people = self.open([row for row in rows.values() if row.state == "active"])
        if subject_id not in people:
            raise Forbidden("not_yours")
        return people[subject_id]

    def find_all(
        self, conn: Connection, actor: Actor, refs: Sequence[SubjectRef]
    ) -> list[Person | LedgerError]:
        """Each person meant, or the error that says why not, in order.

        A user sees the people of their communities, an API key those whom its organisation has a handle for.
        Whoever else is asked about, existing or not: Forbidden `not_yours`.
        """
        ids = self._ids(conn, actor, refs)
        rows = store.by_ids(conn, [found for found in ids if isinstance(found, str)])
        visible = {
            row.id: row
            for row in rows.values()
            if row.state == "active" and (actor.kind == "api_key" or row.community_id in actor.communities)
        }
        people = self.open(visible.values())
        return [
            found if isinstance(found, LedgerError) else people.get(found or "") or Forbidden("not_yours")
            for found in ids
        ]

    def in_communities(self, conn: Connection, communities: Iterable[int]) -> dict[str, Person]:
        """Everyone of some communities, by subject id."""
        return self.open(store.in_communities(conn, communities))

    def open(self, rows: Collection[Row[Any]]) -> dict[str, Person]:
        """The people of these rows whose keys still exist, by subject id."""
        keys = open_keys(self._context.vault, {row.id: row.wrapped_key for row in rows})
        return {
            row.id: Person(row.id, OrganisationId(row.community_id), keys[row.id])
            for row in rows
            if row.id in keys
        }

    def token(self, number: identity_number.IdentityNumber) -> bytes:
        """The blind index token of an identity number."""
        return blind_index(self._context.vault.index_key(), number.text)

    def present(
        self, conn: Connection, people: Mapping[str, Person], kinds: Collection[FactKind] | None = None
    ) -> dict[str, list[Fact]]:
        """What is true of each person now, by subject id; of some kinds only, if given."""
        found: dict[str, list[Fact]] = {subject_id: [] for subject_id in people}
        for row in store.present_facts(conn, list(people), kinds):
            found[row.subject_id].append(_open(people[row.subject_id].keys, row))
        return found

    def history(self, conn: Connection, person: Person) -> list[Fact]:
        """Every fact ever recorded about a person, oldest first."""
        return [_open(person.keys, row) for row in store.all_facts(conn, person.id)]

    def histories(
        self, conn: Connection, people: Mapping[str, Person], kinds: Collection[FactKind]
    ) -> dict[str, list[Fact]]:
        """Every fact of these kinds ever recorded, by subject id, oldest first; without those that were found
        never to have been true.
        """
        found: dict[str, list[Fact]] = {subject_id: [] for subject_id in people}
        for row in store.facts_of_kinds(conn, list(people), kinds):
            if row.valid_until is None or row.valid_until > row.valid_from:
                found[row.subject_id].append(_open(people[row.subject_id].keys, row))
        return found

    def birth_dates(self, conn: Connection, people: Mapping[str, Person]) -> dict[str, date]:
        """Birth dates by subject id, as they were established, or else as the identity numbers say."""
        facts = self.present(conn, people, [FactKind.IDENTITY_NUMBER, FactKind.BIRTH_DATE])
        return {subject_id: birth_date(known) for subject_id, known in facts.items() if known}

    def _ids(
        self, conn: Connection, actor: Actor, refs: Sequence[SubjectRef]
    ) -> list[str | LedgerError | None]:
        """The subject id meant by each reference, None if there is none, or why it can't be read."""
        today = local_date(self._context.clock())
        tokens: dict[str, bytes] = {}
        errors: dict[str, LedgerError] = {}
        for ref in refs:
            if ref.identity_number is not None and actor.kind != "api_key":
                try:
                    tokens[ref.identity_number] = self.token(
                        identity_number.parse(ref.identity_number, today=today)
                    )
                except LedgerError as error:
                    errors[ref.identity_number] = error
        by_token = store.ids_by_token(conn, set(tokens.values()))
        handles = {ref.handle for ref in refs if ref.handle is not None}
        by_handle = store.ids_by_handle(conn, actor.organisation, handles)
        ids: list[str | LedgerError | None] = []
        for ref in refs:
            if ref.handle is not None:
                ids.append(by_handle.get(ref.handle))
            elif actor.kind == "api_key":
                ids.append(None)
            elif ref.identity_number is not None:
                token = tokens.get(ref.identity_number, b"")
                ids.append(errors.get(ref.identity_number) or by_token.get(token))
            else:
                ids.append(ref.id)
        return ids


def birth_date(known: Iterable[Fact]) -> date:
    """The birth date among these facts, which hold an identity number: the established one goes first."""
    by_kind = {fact.kind: fact.value for fact in known}
    established = by_kind.get(FactKind.BIRTH_DATE)
    if established is not None:
        return date.fromisoformat(established["date"])
    return identity_number.parse(by_kind[FactKind.IDENTITY_NUMBER]["number"]).birth_date


def seal_fact(person_keys: Keys, kind: FactKind, value: Mapping[str, str]) -> bytes:
    """A fact's value, sealed for the database."""
    return person_keys.seal(f"fact:{kind}", value)


def _open(keys: Keys, row: Row[Any]) -> Fact:
    kind = FactKind(row.kind)
    return Fact(
        id=row.id,
        kind=kind,
        value=keys.open(f"fact:{kind}", row.sealed),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
