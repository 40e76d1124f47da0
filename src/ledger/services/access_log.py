"""The log of who asked for whose data: written with every release, never altered."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.errors import BadInput
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import access_log as store

LONGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One entry. `actor` is a user or key id, for auditors; people's statements name organisation and
    purpose only.
    """

    sequence: int
    at: float
    actor: str
    organisation: str
    subject_id: str | None
    action: str
    purpose: str | None
    outcome: str


class AccessLog:
    """Writes the log, in the same transaction as what it stands for, and reads it."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people

    def record(
        self,
        conn: Connection,
        actor: Actor,
        action: str,
        subject_ids: Iterable[str | None],
        *,
        outcome: str,
        purpose: str | None = None,
        detail: Mapping[str, str | int] | None = None,
    ) -> None:
        """One entry for each subject; for None, one about nobody in particular, as for a search."""
        now = self._context.clock()
        store.append(
            conn,
            [
                store.Entry(
                    at=now,
                    actor=actor.id,
                    organisation_id=actor.organisation,
                    subject_id=subject_id,
                    action=action,
                    outcome=outcome,
                    purpose=purpose,
                    detail=detail,
                )
                for subject_id in subject_ids
            ],
        )

    def list(
        self, actor: Actor, *, subject_id: str | None = None, before: int | None = None, limit: int = 50
    ) -> builtins.list[AccessLine]:
        """Newest first, below sequence `before`. A worker or reviewer names a person of theirs; auditors
        see all.

        Raises Forbidden `role_required` or `not_yours`; BadInput `subject_needed`, `limit_out_of_range`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER, Role.AUDITOR)
        if not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        with self._context.database.read() as conn:
            if actor.role is not Role.AUDITOR:
                if subject_id is None:
                    raise BadInput("subject_needed")
                self._people.find(conn, actor, SubjectRef(id=subject_id))
            directory = Directory(conn)
            return [
                AccessLine(
                    sequence=row["sequence"],
                    at=row["at"],
                    actor=row["actor"],
                    organisation=directory.code(row["organisation_id"]),
                    subject_id=row["subject_id"],
                    action=row["action"],
                    purpose=row["purpose"],
                    outcome=row["outcome"],
                )
                for row in store.page(conn, subject_id=subject_id, before=before, limit=limit)
            ]
