"""Mandates: a person lets someone of their family read their statement, for a time, and takes it back."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Forbidden
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import checked_files
from ledger.services.ids import new_id
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import mandates as store
from ledger.store import users

LONGEST_DAYS = 2 * 366


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate as it stands. Times are unix seconds."""

    id: str
    subject_id: str
    reader: str
    """The reader's login."""
    valid_until: int
    given_at: int
    revoked_at: int | None
    in_force: bool


class Mandates:
    """The use cases of mandates."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def give(
        self,
        actor: Actor,
        subject: SubjectRef,
        *,
        reader: str,
        valid_until: int,
        evidence: Sequence[str],
    ) -> MandateView:
        """Records a written mandate for a user (login) with the role family.

        `evidence` holds the SHA-256 of the scanned mandate's files, at least one. Raises Forbidden
        `not_yours`; BadInput `mandate.reader_unknown`, `mandate.valid_until_out_of_range`,
        `mandate_needed`, `evidence_malformed`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        files = checked_files(tuple(evidence))
        if not files:
            raise BadInput("mandate_needed")
        now = self._context.now()
        if not now < valid_until <= now + LONGEST_DAYS * DAY:
            raise BadInput("mandate.valid_until_out_of_range", got=valid_until, expected=LONGEST_DAYS)
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            user = users.by_login(conn, reader)
            if user is None or user["role"] != Role.FAMILY or user["ended_at"] is not None:
                raise BadInput("mandate.reader_unknown")
            mandate_id = new_id("m")
            store.add(
                conn,
                {
                    "id": mandate_id,
                    "subject_id": person.id,
                    "user_id": user["id"],
                    "evidence": files,
                    "valid_until": valid_until,
                    "given_at": now,
                    "given_by": actor.id,
                },
            )
            self._access_log.record(conn, actor, "mandate", [person.id], outcome="given")
            (view,) = [one for one in self._of(conn, person.id) if one.id == mandate_id]
        return view

    def revoke(self, actor: Actor, mandate_id: str) -> MandateView:
        """Ends a mandate at once, if it has not ended. Raises Forbidden `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            row = store.by_id(conn, mandate_id)
            if row is None:
                raise Forbidden("not_yours")
            person = self._people.find(conn, actor, SubjectRef(id=row["subject_id"]))
            store.revoke(conn, mandate_id, at=self._context.now(), by=actor.id)
            self._access_log.record(conn, actor, "mandate", [person.id], outcome="revoked")
            (view,) = [one for one in self._of(conn, person.id) if one.id == mandate_id]
        return view

    def list(self, actor: Actor, subject: SubjectRef) -> builtins.list[MandateView]:
        """Every mandate that the person gave, oldest first. Raises Forbidden `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, subject)
            return self._of(conn, person.id)

    def readable(self, actor: Actor) -> builtins.list[str]:
        """The subject ids of whom someone of a family may read the statement now."""
        actor.require_role(Role.FAMILY)
        with self._context.database.read() as conn:
            return store.in_force(conn, actor.id, self._context.now())

    def _of(self, conn: Connection, subject_id: str) -> builtins.list[MandateView]:
        now = self._context.now()
        return [_view(row, now) for row in store.of_subject(conn, subject_id)]


def _view(row: RowMapping, now: int) -> MandateView:
    return MandateView(
        id=row["id"],
        subject_id=row["subject_id"],
        reader=row["login"],
        valid_until=row["valid_until"],
        given_at=row["given_at"],
        revoked_at=row["revoked_at"],
        in_force=row["revoked_at"] is None and now < row["valid_until"],
    )
