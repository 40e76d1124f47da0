"""Corrections of what is known about a person. What was before stays, with who changed it, when and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from ledger.domain import identity_number
from ledger.domain.programmes import LOCAL_TIME, local_date
from ledger.errors import BadInput, Conflict
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import checked_files, checked_text
from ledger.services.facts import Fact, FactKind
from ledger.services.keyring import Keys
from ledger.services.organisations import Directory
from ledger.services.people import People, Person, seal_fact
from ledger.services.references import SubjectRef
from ledger.services.registry.values import checked, is_empty
from ledger.store import person_changes as store
from ledger.store import subjects as subjects_store

_EVIDENCED = frozenset({FactKind.IDENTITY_NUMBER, FactKind.BIRTH_DATE})
"""What money hangs on needs a document, and is a reviewer's to change."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be known instead. `version` is the one that the corrector has seen."""

    subject: SubjectRef
    version: int
    kind: FactKind
    value: Mapping[str, str] = field(repr=False)
    reason: str = field(repr=False)
    on: date | None = None
    """Since when it is so (UTC+8); today if not given. Without meaning for what was wrong from the start."""
    was_wrong: bool = False
    """Whether what was known before never was true."""
    replaces: int | None = None
    """Of the kinds that a person has several of (contacts), the fact that this one takes the place of."""
    evidence: tuple[str, ...] = ()
    """SHA-256 of documents kept elsewhere, as 64 hex digits each."""


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A correction as it was made. `at` in unix seconds."""

    version: int
    kind: str
    at: int
    actor: str
    organisation: str
    before: tuple[Mapping[str, Any], ...] = field(repr=False)
    after: Mapping[str, Any] | None = field(repr=False)
    reason: str = field(repr=False)
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """A person's corrections, the oldest first, and the version that they have come to."""

    subject_id: str
    version: int
    changes: tuple[ChangeView, ...]


class Corrections:
    """The use cases of correcting."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def correct(self, actor: Actor, correction: Correction) -> int:
        """Changes what is known, and returns the person's new version.

        Raises Forbidden `role_required`, `not_yours`; BadInput `person.*`, `reason_needed`,
        `person.evidence_needed`; Conflict `person.changed_meanwhile` (the version that was seen, and the one
        that is now), `person.number_taken`.
        """
        evidenced = correction.kind in _EVIDENCED
        actor.require_role(*((Role.REVIEWER,) if evidenced else (Role.WORKER, Role.REVIEWER)))
        reason, evidence = checked_text("reason", correction.reason), checked_files(correction.evidence)
        if not reason:
            raise BadInput("reason_needed", action="correct")
        if evidenced and not evidence:
            raise BadInput("person.evidence_needed")
        now, today = self._context.now(), local_date(self._context.clock())
        on = correction.on or today
        if on > today:
            raise BadInput("occurred_in_future", got=on.isoformat())
        with self._context.write() as conn:
            person = self._people.find(conn, actor, correction.subject)
            value = checked(correction.kind, correction.value, today)
            self._count(conn, person, correction.version, now)
            before = self._before(conn, person, correction)
            if correction.kind is FactKind.IDENTITY_NUMBER:
                self._index(conn, person, before, value["number"], wrong=correction.was_wrong)
            since = _midnight(on)
            if correction.kind is FactKind.PAYING_DIVISION and not before and not correction.was_wrong:
                # Until now the register was that of the community, which nobody had to say.
                origin = {"division": Directory(conn).code(person.community)}
                row = fact_row(
                    person.keys, correction.kind, origin, since=since - 1, until=since, now=now, by=actor.id
                )
                subjects_store.add_facts(conn, [row])
            for fact in before:
                since = _end(conn, fact, since, wrong=correction.was_wrong)
            if not is_empty(value):
                row = fact_row(person.keys, correction.kind, value, since=since, now=now, by=actor.id)
                subjects_store.add_facts(conn, [row])
            said = {
                "before": [_said(fact) for fact in before],
                "after": None if is_empty(value) else value,
                "on": on.isoformat(),
                "was_wrong": correction.was_wrong,
                "reason": reason,
                "evidence": evidence,
            }
            self.write_down(
                conn, actor, person, version=correction.version + 1, kind=correction.kind.value, said=said
            )
        return correction.version + 1

    def history(self, actor: Actor, subject: SubjectRef) -> Changes:
        """Every correction of a person. Raises Forbidden `role_required`, `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            directory = Directory(conn)
            changes = tuple(
                _view(row, person.keys.open(_place(row.version), row.sealed), directory)
                for row in store.of_subject(conn, person.id)
            )
            version = subjects_store.by_ids(conn, [person.id])[person.id].version
            self._access_log.record(conn, actor, "corrections", [person.id], outcome="shown")
        return Changes(person.id, version, changes)

    def write_down(
        self,
        conn: Connection,
        actor: Actor,
        person: Person,
        *,
        version: int,
        kind: str,
        said: Mapping[str, Any],
    ) -> None:
        """Keeps what was changed, sealed for the person, within the caller's transaction."""
        store.add(
            conn,
            subject_id=person.id,
            version=version,
            kind=kind,
            sealed=person.keys.seal(_place(version), {**said, "actor": actor.name or actor.id}),
            at=self._context.now(),
            actor=actor.id,
            organisation_id=actor.organisation,
        )
        self._access_log.record(conn, actor, "correction", [person.id], outcome=kind)

    def _count(self, conn: Connection, person: Person, version: int, now: int) -> None:
        if not subjects_store.raise_version(conn, person.id, version, now):
            present = subjects_store.by_ids(conn, [person.id])[person.id].version
            raise Conflict("person.changed_meanwhile", seen=version, present=present)

    def _before(self, conn: Connection, person: Person, correction: Correction) -> list[Fact]:
        known = self._people.present(conn, {person.id: person}, [correction.kind])[person.id]
        if correction.kind is not FactKind.CONTACT:
            return known
        if correction.replaces is None:
            return []
        found = [fact for fact in known if fact.id == correction.replaces]
        if not found:
            raise BadInput("person.fact_unknown")
        return found

    def _index(
        self, conn: Connection, person: Person, before: Sequence[Fact], number: str, *, wrong: bool
    ) -> None:
        """Lets the person be found by the new number; by the old one as well, unless it never was theirs."""
        token = self._people.token(identity_number.parse(number))
        owner = subjects_store.ids_by_token(conn, [token]).get(token)
        if owner not in {None, person.id}:
            raise Conflict("person.number_taken")
        if wrong:
            for fact in before:
                old = self._people.token(identity_number.parse(fact.value["number"]))
                if old != token:
                    subjects_store.remove_token(conn, old)
        if owner is None:
            subjects_store.add_token(conn, token, person.id, self._context.now())


def _end(conn: Connection, fact: Fact, since: int, *, wrong: bool) -> int:
    """Ends a fact, or takes it back; since when the one that follows is true.

    Since when a fact is known is seldom when it became true, so what took its place earlier goes first.
    """
    if wrong:
        subjects_store.date_facts(conn, fact.id, valid_from=fact.valid_from, valid_until=fact.valid_from)
        return fact.valid_from
    begun = min(fact.valid_from, since - 1)
    subjects_store.date_facts(conn, fact.id, valid_from=begun, valid_until=since)
    return since


def fact_row(
    keys: Keys,
    kind: FactKind,
    value: Mapping[str, str],
    *,
    since: int,
    now: int,
    by: str,
    until: int | None = None,
) -> dict[str, Any]:
    """A fact as the database keeps it, true from `since` to just before `until`."""
    return {
        "subject_id": keys.owner_id,
        "kind": kind.value,
        "sealed": seal_fact(keys, kind, value),
        "valid_from": since,
        "valid_until": until,
        "recorded_at": now,
        "recorded_by": by,
    }


def _said(fact: Fact) -> dict[str, Any]:
    return {"value": dict(fact.value), "valid_from": fact.valid_from, "recorded_by": fact.recorded_by}


def _view(row: Any, said: Mapping[str, Any], directory: Directory) -> ChangeView:
    return ChangeView(
        version=row.version,
        kind=row.kind,
        at=row.at,
        actor=str(said["actor"]),
        organisation=directory.code(row.organisation_id),
        before=tuple(one["value"] for one in said.get("before", ())),
        after=said.get("after"),
        reason=said["reason"],
        evidence=tuple(said.get("evidence", ())),
    )


def _place(version: int) -> str:
    return f"change:{version}"


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=LOCAL_TIME).timestamp())
