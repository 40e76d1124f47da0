"""Who needs a certification: a community's work list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection

from ledger.domain.programmes import DAY, Programme, local_date
from ledger.domain.verdicts import Outcome, Verdict, verdict
from ledger.errors import BadInput
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.answers import AsOfView
from ledger.services.context import Context
from ledger.services.lookup_answers import DueList
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.person_lines import person_lines
from ledger.services.standing import standing_certifications
from ledger.services.verdicts import Verdicts
from ledger.store import due as store
from ledger.store import index, records
from ledger.store import subjects as subjects_store

URGENCY = (Outcome.NEVER, Outcome.EXPIRED, Outcome.GRACE, Outcome.DUE)
LONGEST_PAGE = 200


class Due:
    """The use case of the due list."""

    def __init__(self, context: Context, people: People, verdicts: Verdicts, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._access_log = access_log

    def due(
        self,
        actor: Actor,
        *,
        community: str | None = None,
        verdict: str | None = None,
        programme: str = "senior-allowance",
        offset: int = 0,
        limit: int = 50,
    ) -> DueList:
        """Who needs a certification in a community (all of the actor's by default), the most urgent first.

        `verdict` leaves only those with that one; `counts` are of all. Someone whose new certification is
        on its way to the chain is no longer on the list. Raises Forbidden `not_yours`; BadInput
        `programme_unknown`, `limit_out_of_range`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if offset < 0 or not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=LONGEST_PAGE)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            communities = communities_asked(conn, actor, community)
            ranked = self._ranked(conn, communities, chosen)
            shown = [one for one in ranked if verdict in {None, one[1].verdict}]
            page = dict(shown[offset : offset + limit])
            rows = subjects_store.by_ids(conn, list(page))
            found = self._people.open([rows[subject_id] for subject_id in page])
            lines = person_lines(conn, self._people, found, page)
            stale = self._verdicts.doubt(conn) is not None
            as_of = AsOfView.of(index.as_of(conn))
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "due_list", [None, *found], outcome="shown")
        counts = Counter(one.verdict for _, one in ranked)
        return DueList(
            total=len(shown),
            counts={outcome.value: counts[outcome] for outcome in URGENCY},
            people=tuple(lines),
            as_of=as_of,
            stale=stale,
        )

    def _ranked(
        self, conn: Connection, communities: Collection[int], programme: Programme
    ) -> list[tuple[str, Verdict]]:
        now = self._context.clock()
        rows = store.due(conn, communities, programme.id, int(now) + programme.due_days * DAY)
        eligible = self._old_enough(conn, [row.subject_id for row in rows if row.word == 0], programme)
        tags = records.certification_tags(conn, programme.id, [row.subject_id for row in rows])
        words = standing_certifications(conn, programme.id, list(tags.values()))
        ranked = []
        for row in rows:
            if row.word == 0 and row.subject_id not in eligible:
                continue
            tag = tags.get(row.subject_id)
            standing = verdict(words[tag] if tag else 0, programme, now)
            if standing.verdict in URGENCY:
                ranked.append((row.subject_id, standing))
        ranked.sort(key=lambda one: (URGENCY.index(one[1].verdict), one[1].valid_until or 0, one[0]))
        return ranked

    def _old_enough(self, conn: Connection, subject_ids: Collection[str], programme: Programme) -> set[str]:
        people = self._people.open(list(subjects_store.by_ids(conn, subject_ids).values()))
        today = local_date(self._context.clock())
        births = self._people.birth_dates(conn, people)
        return {subject_id for subject_id, born in births.items() if programme.band(born, today)}


def communities_asked(conn: Connection, actor: Actor, code: str | None) -> frozenset[int]:
    """The community of this code, or all of the actor's. Raises Forbidden `not_yours`."""
    if code is None:
        return actor.communities
    organisation = Directory(conn).find(code)
    actor.require_community(organisation.id if organisation else 0)
    return frozenset({organisation.id}) if organisation else frozenset()
