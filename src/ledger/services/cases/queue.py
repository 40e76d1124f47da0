"""The use cases of seeing cases: the queue of one's own communities, and one case with its story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from ledger.domain.cases import TERMS, CaseKind, refusal
from ledger.domain.roster.problems import FaultyRow
from ledger.errors import BadInput, Forbidden
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.cases.book import CaseRow, opened
from ledger.services.cases.roster_rows import RosterRows
from ledger.services.cases.views import CaseDetail, CaseEventView, CasePage, CaseView
from ledger.services.context import Context
from ledger.services.due import communities_asked
from ledger.services.enrol import RowProblem
from ledger.services.facts import FactKind
from ledger.services.keyring import Keys, open_keys
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.store import cases as store
from ledger.store import subjects as subjects_store
from ledger.store import users as users_store

LONGEST_PAGE = 200


class CaseQueue:
    """Shows cases. Every page shown is logged."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._rows = RosterRows(context)
        self._access_log = access_log

    def list(
        self,
        actor: Actor,
        *,
        community: str | None = None,
        kind: str | None = None,
        state: str = "open",
        mine: bool = False,
        overdue: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> CasePage:
        """Cases of a community, those due first first. By default of all of the actor's, and with them those
        that the actor opened and whose community can't be told.

        `mine` leaves those assigned to the actor, `overdue` those past their deadline. Raises Forbidden
        `role_required` or `not_yours`; BadInput `limit_out_of_range`, `case.kind_unknown`,
        `case.state_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        if kind is not None and kind not in set(CaseKind):
            raise BadInput("case.kind_unknown", got=kind, expected=", ".join(CaseKind))
        if state not in {"open", "resolved", "all"}:
            raise BadInput("case.state_unknown", got=state, expected="open, resolved, all")
        now = self._context.now()
        with self._context.database.read() as conn:
            wanted = store.Wanted(
                communities=communities_asked(conn, actor, community),
                opener=actor.id if community is None else None,
                kind=kind,
                state=None if state == "all" else state,
                assignee=actor.id if mine else None,
                overdue_at=now if overdue else None,
            )
            total, rows = store.queue(conn, wanted, offset=offset, limit=limit)
            counts = store.count_by_kind(conn, _any_kind(wanted))
            people = self._subjects(conn, rows)
            cases = self._views(conn, rows, people, now)
        with self._context.write() as conn:
            shown = [None, *sorted(people)]
            self._access_log.record(conn, actor, "case_list", shown, outcome="shown")
        return CasePage(total, counts, tuple(cases))

    def get(self, actor: Actor, case_id: str) -> CaseDetail:
        """One case. Raises Forbidden `role_required` or `not_yours`, also for one that does not exist."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        now = self._context.now()
        with self._context.database.read() as conn:
            row = visible(conn, actor, case_id)
            people = self._subjects(conn, [row])
            view = self._views(conn, [row], people, now)[0]
            keys = self.keys_of(row, people)
            directory = Directory(conn)
            events = store.events(conn, case_id)
            names = users_store.display_names(conn, {one.actor for one in events if one.actor})
            shown = tuple(
                CaseEventView(
                    kind=one.kind,
                    at=one.at,
                    actor=names.get(one.actor or ""),
                    organisation=directory.code(one.organisation_id) if one.organisation_id else None,
                    text=str(opened(keys, one).get("text", "")) or None if keys else None,
                    detail=_detail(one.detail, opened(keys, one) if keys else {}),
                )
                for one in events
            )
            against = directory.code(row.against_id) if row.against_id else None
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "case", [row.subject_id], outcome="shown")
        outcomes, hindrance = _open_to(actor, row)
        text = str(opened(keys, row).get("text", "")) if keys and row.subject_id else ""
        return CaseDetail(view, text, against, shown, outcomes, hindrance)

    def keys_of(self, row: CaseRow, people: Mapping[str, Person]) -> Keys | None:
        """The keys that a case is sealed under, None once they are destroyed."""
        if row.subject_id is not None:
            person = people.get(row.subject_id)
            return person.keys if person else None
        if row.wrapped_key is None:
            return None
        return open_keys(self._context.vault, {row.id: row.wrapped_key}).get(row.id)

    def _subjects(self, conn: Connection, rows: Sequence[CaseRow]) -> dict[str, Person]:
        ids = [row.subject_id for row in rows if row.subject_id]
        found = subjects_store.by_ids(conn, ids)
        return self._people.open([row for row in found.values() if row.state == "active"])

    def _views(
        self, conn: Connection, rows: Sequence[CaseRow], people: Mapping[str, Person], now: int
    ) -> Sequence[CaseView]:
        directory = Directory(conn)
        facts = self._people.present(conn, people, [FactKind.NAME])
        names = {subject_id: known[0].value["name"] for subject_id, known in facts.items() if known}
        roster_rows = [row.id for row in rows if row.kind == CaseKind.ROSTER_ROW and row.state == "open"]
        faulty = dict(zip(roster_rows, self._rows.read(conn, roster_rows), strict=True))
        users = users_store.display_names(conn, {row.assignee_id for row in rows if row.assignee_id})
        return [
            CaseView(
                id=row.id,
                kind=row.kind,
                state=row.state,
                community=directory.code(row.community_id) if row.community_id else None,
                subject_id=row.subject_id,
                name=names.get(row.subject_id or ""),
                opened_at=row.created_at,
                deadline=row.deadline,
                overdue=row.state == "open" and row.deadline <= now,
                channel=row.channel,
                assignee=users.get(row.assignee_id or ""),
                outcome=row.outcome,
                resolved_at=row.resolved_at,
                codes=() if row.kind == CaseKind.ROSTER_ROW else tuple(row.problem_codes),
                import_id=row.import_id,
                cells=faulty[row.id].labelled if row.id in faulty else {},
                problems=_problems(faulty[row.id]) if row.id in faulty else (),
            )
            for row in rows
        ]


def visible(conn: Connection, actor: Actor, case_id: str) -> CaseRow:
    """A case of the actor's communities, or that the actor opened and that is no community's.

    Raises Forbidden `not_yours`.
    """
    row = store.by_ids(conn, [case_id]).get(case_id)
    own = row is not None and (
        row.community_id in actor.communities or (row.community_id is None and row.opened_by == actor.id)
    )
    if row is None or not own:
        raise Forbidden("not_yours")
    return row


def _open_to(actor: Actor, row: CaseRow) -> tuple[tuple[str, ...], str | None]:
    if row.state != "open":
        return (), "case.closed"
    kind = CaseKind(row.kind)
    outcomes = sorted(TERMS[kind].outcomes)
    reviewer = actor.role is Role.REVIEWER
    why = refusal(
        kind, outcomes[0], organisation=actor.organisation, against=row.against_id, reviewer=reviewer
    )
    return (tuple(outcomes), None) if why is None else ((), why)


def _any_kind(wanted: store.Wanted) -> store.Wanted:
    return store.Wanted(
        wanted.communities, wanted.opener, None, wanted.state, wanted.assignee, wanted.overdue_at
    )


def _detail(codes: Mapping[str, str | int] | None, said: Mapping[str, object]) -> dict[str, str | int]:
    known = {name: value for name, value in said.items() if name != "text" and isinstance(value, (str, int))}
    return {**(codes or {}), **known}


def _problems(row: FaultyRow) -> tuple[RowProblem, ...]:
    return tuple(
        RowProblem(row.sheet, row.row.number, str(one.column), one.code, dict(one.params))
        for one in row.problems
    )
