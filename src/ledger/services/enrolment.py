"""One chunk of people into the registry, in one database transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import Connection

from ledger.domain.roster.person import RosterPerson
from ledger.services import facts
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.services.facts import Fact, FactKind, Value
from ledger.services.ids import new_id
from ledger.services.keyring import Keys, new_keys
from ledger.services.organisations import Directory
from ledger.services.people import People, Person, seal_fact
from ledger.store import subjects as store


class Outcome(Enum):
    """What became of a person's row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    ELSEWHERE = "elsewhere"
    """Registered with another community, and nothing was changed: that takes a handover."""


class Enrolment:
    """Writes checked people: new ones with keys of their own, known ones where something differs."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def enrol(
        self, actor: Actor, directory: Directory, people: Sequence[RosterPerson], source: str
    ) -> list[tuple[str, Outcome]]:
        """Subject id of each and what became of them, in order; all or none are written.

        `source` says where the facts come from.

        No two of `people` have the same identity number.
        """
        tokens = [self._people.token(person.number) for person in people]
        with self._context.write() as conn:
            ids = store.ids_by_token(conn, tokens)
            rows = store.by_ids(conn, set(ids.values()))
            known = {token: rows[subject_id] for token, subject_id in ids.items()}
            opened = self._people.open(
                [
                    row
                    for row in rows.values()
                    if row.community_id in actor.communities and row.state == "active"
                ]
            )
            present = self._people.present(conn, opened)
            outcomes: list[tuple[str, Outcome]] = []
            fresh: dict[str, tuple[RosterPerson, bytes]] = {}
            for person, token in zip(people, tokens, strict=True):
                row = known.get(token)
                if row is None:
                    subject_id, outcome = new_id("S"), Outcome.CREATED
                    fresh[subject_id] = (person, token)
                elif row.id in opened and directory.code(row.community_id) == person.community:
                    subject_id = row.id
                    outcome = self._update(conn, opened[row.id], present[row.id], person, source)
                else:
                    subject_id, outcome = row.id, Outcome.ELSEWHERE
                outcomes.append((subject_id, outcome))
            self._create(conn, directory, fresh, source)
        return outcomes

    def _create(
        self,
        conn: Connection,
        directory: Directory,
        fresh: Mapping[str, tuple[RosterPerson, bytes]],
        source: str,
    ) -> None:
        now = self._context.now()
        # A wrapping key without its subject, after a failure in between, opens nothing and harms nothing.
        keys = new_keys(self._context.vault, fresh)
        subject_rows: list[dict[str, Any]] = []
        fact_rows: list[dict[str, Any]] = []
        index_rows: list[dict[str, Any]] = []
        for subject_id, (person, token) in fresh.items():
            own_keys, wrapped_key = keys[subject_id]
            subject_rows.append(
                {
                    "id": subject_id,
                    "wrapped_key": wrapped_key,
                    "community_id": directory.active(person.community).id,
                    "state": "active",
                    "created_at": now,
                    "updated_at": now,
                }
            )
            index_rows.append({"token": token, "subject_id": subject_id, "created_at": now})
            fact_rows.extend(
                _fact_row(own_keys, kind, value, now, source) for kind, value in facts.of_roster(person)
            )
        store.add(conn, subject_rows, fact_rows, index_rows)

    def _update(
        self,
        conn: Connection,
        found: Person,
        known: Sequence[Fact],
        person: RosterPerson,
        source: str,
    ) -> Outcome:
        change = facts.difference(known, person)
        if not change:
            return Outcome.UNCHANGED
        now = self._context.now()
        store.end_facts(conn, change.ended, now)
        store.add_facts(conn, [_fact_row(found.keys, kind, value, now, source) for kind, value in change.new])
        return Outcome.CHANGED


def _fact_row(keys: Keys, kind: FactKind, value: Value, now: int, source: str) -> dict[str, Any]:
    return {
        "subject_id": keys.owner_id,
        "kind": kind.value,
        "sealed": seal_fact(keys, kind, value),
        "valid_from": now,
        "recorded_at": now,
        "recorded_by": source,
    }
