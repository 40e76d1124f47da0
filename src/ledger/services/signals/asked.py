"""Of whom departments are asked for signs of life, and under which handles."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection

from ledger.domain.programmes import DAY, Programme
from ledger.domain.seamless.due import may_be_asked_about
from ledger.encoding.types import Word
from ledger.errors import BadInput
from ledger.services import handles
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Scope
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.signals.flows import PURPOSE
from ledger.services.standing import standing_certifications
from ledger.store import due, records
from ledger.store import subjects as subjects_store

LONGEST_PAGE = 5_000


class Asked:
    """The use case of a department that asks whom it may report about."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def handles(
        self, actor: Actor, *, programme: str = "senior-allowance", after: str = "", limit: int = 1_000
    ) -> list[tuple[str, str]]:
        """Subject id and the department's handle of each person who is due, by subject id above `after`.

        API keys with scope `signal`; every person is logged as a release. Raises BadInput
        `programme_unknown`, `limit_out_of_range`; Refused `seamless_not_offered`.
        """
        actor.require_scope(Scope.SIGNAL)
        if not 1 <= limit <= LONGEST_PAGE:
            raise BadInput("limit_out_of_range", got=limit, expected=f"1–{LONGEST_PAGE}")
        chosen = self._context.programme(programme)
        _ = chosen.seamless_rules
        now = self._context.now()
        with self._context.write() as conn:
            ids = sorted(one for one in self._due(conn, chosen, now) if one > after)[:limit]
            rows = subjects_store.by_ids(conn, ids)
            people = self._people.open([rows[subject_id] for subject_id in ids])
            known = handles.handles(conn, people.values(), actor.organisation, now)
            self._access_log.record(conn, actor, "due_handles", known, outcome="shown", purpose=PURPOSE)
        return sorted(known.items())

    def _due(self, conn: Connection, programme: Programme, now: int) -> Iterator[str]:
        until = now + programme.due_days * DAY
        rows = due.due(conn, pilot_communities(conn), programme.id, until, never=False)
        words = standing_words(conn, programme, [row.subject_id for row in rows])
        return (one for one, word in words.items() if may_be_asked_about(word, programme, now))


def about_whom(conn: Connection, programme: Programme, subject_ids: Collection[str], now: int) -> set[str]:
    """Those of the subjects of whom signs of life may be reported."""
    pilots = pilot_communities(conn)
    rows = subjects_store.by_ids(conn, subject_ids)
    local = [one for one, row in rows.items() if row.state == "active" and row.community_id in pilots]
    words = standing_words(conn, programme, local)
    return {one for one, word in words.items() if may_be_asked_about(word, programme, now)}


def standing_words(
    conn: Connection, programme: Programme, subject_ids: Collection[str]
) -> Mapping[str, Word]:
    """The word of each subject that has a tag, with all that is on its way applied."""
    tags = records.certification_tags(conn, programme.id, subject_ids)
    words = standing_certifications(conn, programme.id, list(tags.values()))
    return {subject_id: words[tag] for subject_id, tag in tags.items()}


def pilot_communities(conn: Connection) -> frozenset[int]:
    """The communities in which seamless certification is used."""
    return frozenset(
        one.id for one in Directory(conn).by_id.values() if one.seamless_pilot and one.kind == "community"
    )
