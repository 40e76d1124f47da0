"""The use cases of second visits: draw them, make them, say what was found."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from ledger.domain import months
from ledger.domain.programmes import DAY, local_date
from ledger.domain.revisits import Candidate, Visitor, draw
from ledger.errors import BadInput, Conflict, Forbidden, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.deaths.book import Report
from ledger.services.deaths.report import Deaths
from ledger.services.evidence import checked_text
from ledger.services.facts import FactKind
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.store import revisits as store
from ledger.store import subjects as subjects_store
from ledger.store import users as users_store

FRESH_DAYS = 92
OUTCOMES = ("alive", "dead", "not_met")
_KINDS = (FactKind.NAME, FactKind.RESIDENCE, FactKind.BUILDING)


@dataclass(frozen=True, slots=True)
class RevisitView:
    """A visit to be made, with what is needed to find the person."""

    id: str
    name: str = field(repr=False)
    community: str
    """Name of the community they live in."""
    address: str = field(repr=False)
    building: str = field(repr=False)
    month: str


class Revisits:
    """Second visits to people whom signals certified, by workers of other communities."""

    def __init__(self, context: Context, people: People, deaths: Deaths, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._deaths = deaths
        self._access_log = access_log

    def draw(
        self, actor: Actor, month: str, seed: str, programme: str = "senior-allowance"
    ) -> tuple[int, bool]:
        """How many visits a month has, and whether they were drawn now. A month is drawn once.

        For operators and reviewers. Raises Forbidden `role_required`; BadInput `month_malformed`,
        `programme_unknown`, `text_too_long`.
        """
        actor.require_role(Role.OPERATOR, Role.REVIEWER)
        chosen, month = self._context.programme(programme), months.text(months.parse(month))
        if not 1 <= len(seed) <= 64:
            raise BadInput("text_too_long", name="seed", got=len(seed), expected=64)
        now = self._context.now()
        with self._context.write() as conn:
            known = store.of_month(conn, chosen.id, month)
            if known:
                return known, False
            rows = store.certified(conn, chosen.id, now - FRESH_DAYS * DAY)
            latest = {row.subject_id: row for row in sorted(rows, key=lambda row: row.decided_at)}
            candidates = [
                Candidate(row.subject_id, row.community_id, f"{row.community_id}:{row.rules_hash.hex()[:8]}")
                for row in latest.values()
            ]
            workers = [
                row["id"]
                for row in users_store.all_users(conn)
                if row["role"] == Role.WORKER and row["ended_at"] is None
            ]
            communities = users_store.communities_of(conn, workers)
            visitors = [Visitor(one, communities.get(one, [])) for one in workers]
            drawn = draw(candidates, visitors, seed=seed, month=month)
            store.add(
                conn,
                [
                    {
                        "id": new_id("q"),
                        "programme": chosen.id,
                        "subject_id": one.subject_id,
                        "month": month,
                        "rules_hash": latest[one.subject_id].rules_hash,
                        "stratum": one.stratum,
                        "seed": seed,
                        "assignee_id": visitor.user_id,
                        "drawn_at": now,
                    }
                    for one, visitor in drawn
                ],
            )
        return len(drawn), True

    def mine(self, actor: Actor) -> list[RevisitView]:
        """A worker's visits to be made; each is logged as a release. Raises Forbidden `role_required`."""
        actor.require_role(Role.WORKER)
        with self._context.write() as conn:
            rows = store.open_of(conn, actor.id)
            subjects = subjects_store.by_ids(conn, {row.subject_id for row in rows})
            people = self._people.open([row for row in subjects.values() if row.state == "active"])
            known = self._people.present(conn, people, _KINDS)
            directory = Directory(conn)
            self._access_log.record(conn, actor, "revisits", sorted(people), outcome="shown")
        found = []
        for row in rows:
            if row.subject_id in people:
                values = {fact.kind: fact.value for fact in known[row.subject_id]}
                residence, building = values.get(FactKind.RESIDENCE), values.get(FactKind.BUILDING)
                found.append(
                    RevisitView(
                        id=row.id,
                        name=values[FactKind.NAME]["name"],
                        community=directory.by_id[people[row.subject_id].community].name,
                        address=residence["address"] if residence else "",
                        building=building["building"] if building else "",
                        month=row.month,
                    )
                )
        return found

    def found(self, actor: Actor, revisit_id: str, outcome: str, note: str | None = None) -> None:
        """What a visit found, said once by the worker it was given to. Somebody dead is reported so.

        Raises Forbidden `role_required`, `not_yours`; BadInput `revisit.outcome_unknown`, `text_too_long`;
        Conflict `revisit.made_already`.
        """
        actor.require_role(Role.WORKER)
        if outcome not in OUTCOMES:
            raise BadInput("revisit.outcome_unknown", got=outcome, expected=", ".join(OUTCOMES))
        said, now = checked_text("note", note), self._context.now()
        with self._context.write() as conn:
            row = store.by_id(conn, revisit_id)
            if row is None or row.assignee_id != actor.id:
                raise Forbidden("not_yours")
            person = self._people.by_id(conn, row.subject_id)
            sealed = person.keys.seal(f"revisit:{row.id}", {"text": said}) if said else None
            if not store.settle(conn, row.id, outcome=outcome, visited_at=now, sealed=sealed):
                raise Conflict("revisit.made_already")
            if outcome == "dead":
                programme = next(one for one in self._context.programmes.values() if one.id == row.programme)
                report = Report(person, programme, "neighbour", local_date(now))
                with contextlib.suppress(Refused):  # where the death is confirmed already
                    self._deaths.take(conn, actor, report)
            self._access_log.record(conn, actor, "revisit", [person.id], outcome=outcome)
        self._context.wake()
