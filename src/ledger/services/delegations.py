"""Who may decide for a person: a guardian by law, a delegate under a written mandate; within a scope, for a
time, until it is ended.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain import vocabulary
from ledger.domain.codes import Grantor
from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Conflict, Forbidden, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import checked_files, checked_text
from ledger.services.ids import new_id
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import delegations as store

KINDS = {Grantor.GUARDIAN: "guardian", Grantor.DELEGATE: "delegate"}
LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class NewDelegation:
    """Who may decide, about which categories, until when (unix seconds), and what shows it."""

    kind: str
    """guardian or delegate"""
    name: str = field(repr=False)
    categories: tuple[str, ...]
    valid_until: int
    evidence: tuple[str, ...]
    """SHA-256 of the judgment's, certificate's or mandate's scan, as 64 hex digits each; at least one."""
    relationship: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class DelegationView:
    """A delegation as it stands. Times are unix seconds."""

    id: str
    subject_id: str
    kind: str
    name: str = field(repr=False)
    relationship: str = field(repr=False)
    categories: tuple[str, ...]
    evidence: tuple[str, ...]
    valid_from: int
    valid_until: int
    ended_at: int | None
    in_force: bool


class Delegations:
    """The use cases of delegations."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def record(self, actor: Actor, subject: SubjectRef, new: NewDelegation) -> DelegationView:
        """Raises Forbidden `role_required`, `not_yours`; BadInput `delegation.kind_unknown`,
        `delegation.name_needed`, `delegation.evidence_needed`, `delegation.categories_needed`,
        `category_unknown`, `valid_until_out_of_range`, `evidence_malformed`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        name, files = _checked(new, now)
        relationship = checked_text("relationship", new.relationship)
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            delegation_id = new_id("d")
            store.add(
                conn,
                id=delegation_id,
                subject_id=person.id,
                kind=new.kind,
                sealed=person.keys.seal(_place(delegation_id), {"name": name, "relationship": relationship}),
                categories=list(new.categories),
                evidence=files,
                valid_from=now,
                valid_until=new.valid_until,
                recorded_at=now,
                recorded_by=actor.id,
            )
            self._access_log.record(conn, actor, "delegation", [person.id], outcome="recorded")
            return self._view(_row(conn, delegation_id), person, now)

    def end(self, actor: Actor, delegation_id: str) -> DelegationView:
        """Ends it at once; what was decided under it stands. Raises Forbidden `not_yours`; Conflict
        `delegation.ended`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        with self._context.write() as conn:
            row = store.by_id(conn, delegation_id)
            if row is None:
                raise Forbidden("not_yours")
            person = self._people.find(conn, actor, SubjectRef(id=row.subject_id))
            if row.ended_at is not None:
                raise Conflict("delegation.ended")
            store.end(conn, delegation_id, now, actor.id)
            self._access_log.record(conn, actor, "delegation", [person.id], outcome="ended")
            return self._view(_row(conn, delegation_id), person, now)

    def list(self, actor: Actor, subject: SubjectRef) -> builtins.list[DelegationView]:
        """All of a person's, the newest first. Raises Forbidden `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            self._access_log.record(conn, actor, "delegations", [person.id], outcome="shown")
            now = self._context.now()
            return [self._view(row, person, now) for row in store.of_subject(conn, person.id)]

    def _view(self, row: Row[Any], person: Person, now: int) -> DelegationView:
        said = person.keys.open(_place(row.id), row.sealed)
        return DelegationView(
            id=row.id,
            subject_id=row.subject_id,
            kind=row.kind,
            name=said["name"],
            relationship=said["relationship"],
            categories=tuple(row.categories),
            evidence=tuple(row.evidence),
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            ended_at=row.ended_at,
            in_force=_in_force(row, now),
        )


def in_force(conn: Connection, subject_id: str, grantor: Grantor, category: str, now: int) -> Row[Any]:
    """The delegation that lets `grantor` decide about `category` now.

    Raises Refused `delegation.none`, `delegation.ended_before` (with when), `delegation.out_of_scope`.
    """
    kind = KINDS[grantor]
    rows = [row for row in store.of_subject(conn, subject_id) if row.kind == kind]
    if not rows:
        raise Refused("delegation.none", kind=kind)
    present = [row for row in rows if _in_force(row, now)]
    if not present:
        raise Refused("delegation.ended_before", kind=kind)
    covering = [row for row in present if category in row.categories]
    if not covering:
        scope = sorted({one for row in present for one in row.categories})
        raise Refused("delegation.out_of_scope", kind=kind, got=category, expected=", ".join(scope))
    return covering[0]


def _in_force(row: Row[Any], now: int) -> bool:
    return row.ended_at is None and row.valid_from <= now < row.valid_until


def _checked(new: NewDelegation, now: int) -> tuple[str, Sequence[str]]:
    if new.kind not in KINDS.values():
        raise BadInput("delegation.kind_unknown", got=new.kind[:40], expected=", ".join(KINDS.values()))
    name = checked_text("name", new.name)
    if not name:
        raise BadInput("delegation.name_needed")
    files = checked_files(new.evidence)
    if not files:
        raise BadInput("delegation.evidence_needed")
    if not new.categories:
        raise BadInput("delegation.categories_needed", expected=", ".join(vocabulary.CATEGORIES))
    for category in new.categories:
        vocabulary.category(category)
    if not now < new.valid_until <= now + LONGEST_DAYS * DAY:
        raise BadInput("valid_until_out_of_range", got=new.valid_until, expected=LONGEST_DAYS)
    return name, files


def _row(conn: Connection, delegation_id: str) -> Row[Any]:
    row = store.by_id(conn, delegation_id)
    if row is None:
        raise LookupError(delegation_id)
    return row


def _place(delegation_id: str) -> str:
    return f"delegation:{delegation_id}"
