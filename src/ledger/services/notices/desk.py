"""The use cases of workers with notices: what is to be printed and brought, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.notices import Way
from ledger.errors import BadInput, Conflict, Forbidden
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.due import communities_asked
from ledger.services.facts import FactKind
from ledger.services.notices.book import opened, worded
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import notices as store
from ledger.store import subjects as subjects_store

LONGEST_PAGE = 200
STATES = ("waiting", "sent", "delivered", "failed")


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice in a list. Times are unix seconds."""

    id: str
    subject_id: str
    name: str = field(repr=False)
    purpose: str
    way: str
    recipient: str
    state: str
    reason: str | None
    """Message code of why it failed last."""
    created_at: int
    sent_at: int | None
    delivered_at: int | None
    answered_at: int | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of notices, oldest first."""

    total: int
    notices: tuple[NoticeView, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice in full, to be printed."""

    notice: NoticeView
    subject: str
    text: str = field(repr=False)


class NoticeDesk:
    """Shows notices to the workers of the people they go to, and takes down what became of them."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def list(
        self,
        actor: Actor,
        *,
        community: str | None = None,
        way: str | None = None,
        state: str = "waiting",
        offset: int = 0,
        limit: int = 50,
    ) -> NoticePage:
        """Notices to people of a community, all of the actor's by default. Letters that wait are to be
        printed.

        Raises Forbidden `role_required`, `not_yours`; BadInput `limit_out_of_range`, `notice.state_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        if state not in STATES or way not in {None, *Way}:
            raise BadInput("notice.state_unknown", expected=", ".join((*STATES, *Way)))
        with self._context.database.read() as conn:
            communities = communities_asked(conn, actor, community)
            total, rows = store.in_communities(
                conn, communities, way=way, state=state, offset=offset, limit=limit
            )
            subjects = subjects_store.by_ids(conn, {row.subject_id for row in rows})
            people = self._people.open(list(subjects.values()))
            names = self._names(conn, people)
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "notice_list", [None, *sorted(people)], outcome="shown")
        shown = tuple(_view(row, names.get(row.subject_id, "")) for row in rows)
        return NoticePage(total, shown)

    def letter(self, actor: Actor, notice_id: str, locale: str) -> Letter:
        """A notice in full. Raises Forbidden `role_required`, `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            row, person = self._find(conn, actor, notice_id)
            _, words = opened(person.keys, row)
            names = self._names(conn, {person.id: person})
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "notice", [person.id], outcome="shown")
        subject, said = worded(row, words, locale)
        return Letter(_view(row, names[person.id]), subject, said)

    def delivered(self, actor: Actor, notice_id: str) -> None:
        """It was handed over, or is known to have arrived. Raises Forbidden `role_required`, `not_yours`;
        Conflict `notice.delivered_already`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        with self._context.write() as conn:
            row, person = self._find(conn, actor, notice_id)
            if row.delivered_at is not None:
                raise Conflict("notice.delivered_already")
            sent = row.sent_at or now
            store.change(conn, row.id, state="delivered", sent_at=sent, delivered_at=now, reason=None)
            self._access_log.record(conn, actor, "notice", [person.id], outcome="delivered")

    def answered(self, actor: Actor, notice_id: str) -> None:
        """Somebody answered it. An answer that says more opens a case, or certifies. Raises Forbidden
        `role_required`, `not_yours`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        with self._context.write() as conn:
            row, person = self._find(conn, actor, notice_id)
            arrived = row.delivered_at or now
            store.change(conn, row.id, state="delivered", delivered_at=arrived, answered_at=now)
            self._access_log.record(conn, actor, "notice", [person.id], outcome="answered")

    def _find(self, conn: Connection, actor: Actor, notice_id: str) -> tuple[Row[Any], Person]:
        row = store.by_ids(conn, [notice_id]).get(notice_id)
        if row is None:
            raise Forbidden("not_yours")
        return row, self._people.find(conn, actor, SubjectRef(id=row.subject_id))

    def _names(self, conn: Connection, people: dict[str, Person]) -> dict[str, str]:
        facts = self._people.present(conn, people, [FactKind.NAME])
        return {subject_id: known[0].value["name"] for subject_id, known in facts.items() if known}


def _view(row: Row[Any], name: str) -> NoticeView:
    return NoticeView(
        id=row.id,
        subject_id=row.subject_id,
        name=name,
        purpose=row.purpose,
        way=row.way,
        recipient=row.recipient,
        state=row.state,
        reason=row.reason,
        created_at=row.created_at,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        answered_at=row.answered_at,
    )
