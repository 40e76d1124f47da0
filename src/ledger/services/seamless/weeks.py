"""What seamless certification came to over the last weeks: people by community, week and result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ledger.domain.programmes import DAY, local_date
from ledger.errors import BadInput
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.services.seamless.recording import REFUSED
from ledger.store import seamless as store

MOST_WEEKS = 104
WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class WeekCount:
    """How many people's outcome became this in a week."""

    week: str
    """ISO 8601, 2026-W47, in UTC+8"""
    community: str
    result: str
    people: int


class Weeks:
    """The use case of the report by week."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def report(
        self, actor: Actor, *, weeks: int = 12, programme: str = "senior-allowance"
    ) -> list[WeekCount]:
        """The last so many weeks, the oldest first. Operators, reviewers and auditors; nobody is named.

        A certification that the chain refused in the end counts as `refused`. Raises BadInput
        `seamless.weeks_out_of_range`.
        """
        actor.require_role(Role.OPERATOR, Role.REVIEWER, Role.AUDITOR)
        if not 1 <= weeks <= MOST_WEEKS:
            raise BadInput("seamless.weeks_out_of_range", got=weeks, expected=f"1–{MOST_WEEKS}")
        chosen, now = self._context.programme(programme), self._context.now()
        counts: Counter[tuple[str, str, str]] = Counter()
        with self._context.database.read() as conn:
            directory = Directory(conn)
            for row in store.decided_since(conn, chosen.id, now - weeks * WEEK):
                year, week, _ = local_date(row.decided_at).isocalendar()
                result = REFUSED if row.operation_state == REFUSED else row.result
                counts[f"{year}-W{week:02}", directory.code(row.community_id), result] += row.people
        return [WeekCount(*key, people) for key, people in sorted(counts.items())]
