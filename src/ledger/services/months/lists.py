"""Draws up a community's list: everyone of age, what each is owed, and what is made good of closed months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import months
from ledger.domain.entitlement.changes import Change, change
from ledger.domain.entitlement.differences import Difference, Settled, differences
from ledger.domain.entitlement.entitlement import Entitlement, Reason, State, entitlement
from ledger.domain.entitlement.rules import version
from ledger.domain.months import Month
from ledger.domain.programmes import Programme
from ledger.services.months.books import settled
from ledger.services.months.dated_facts import DatedFacts, Known
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.store import month_books, moves
from ledger.store import subjects as subjects_store


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's line. Amounts in fen."""

    known: Known
    entitlement: Entitlement
    differences: tuple[Difference, ...]
    change: Change | None
    """Against the month before; None if nothing is different, or nothing was closed before."""

    @property
    def difference(self) -> int:
        """What is made good in all; below 0 when more is taken back."""
        return sum(one.amount for one in self.differences)

    @property
    def total(self) -> int:
        """What is to be paid, or below 0 to be taken back."""
        return self.entitlement.amount + self.difference


class Lists:
    """Computes lists from the facts as they are known now."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._facts = DatedFacts(people)

    def draw_up(
        self,
        conn: Connection,
        programme: Programme,
        month: Month,
        community: int,
        closed: Sequence[Month],
    ) -> list[Draft]:
        """The list of a community for a month, by name. `closed` are the months before it, in order."""
        terms = version(programme.allowance, month)
        if terms is None:
            return []
        directory = Directory(conn)
        people = self._people.open(
            moves.responsible_on(conn, community, months.day(month, terms.paying_day).isoformat())
        )
        elsewhere = month_books.listed_ids(conn, programme.id, month, but=community)
        known = self._facts.of(
            conn, {one: person for one, person in people.items() if one not in elsewhere}, programme
        )
        place = county_of(directory, community)
        books = settled(conn, programme.id, known, closed)
        drafts = []
        for subject_id, one in known.items():
            owed = entitlement(one.facts, month, programme.allowance).at(place)
            pairs = [
                (before, entitlement(one.facts, before.listed.month, programme.allowance).at(place))
                for before in books[subject_id]
            ]
            good = differences(pairs)
            if owed.band is None and not good:
                continue
            different = change(_month_before(*pairs[-1]), owed) if pairs else None
            drafts.append(Draft(one, owed, good, different))
        return sorted(drafts, key=lambda draft: (draft.known.name, draft.known.person.id))

    def of_person(
        self, conn: Connection, programme: Programme, subject_id: str, wanted: Sequence[Month]
    ) -> list[Entitlement]:
        """One person's entitlements for months, as the facts are known now."""
        rows = subjects_store.by_ids(conn, [subject_id])
        people = self._people.open(list(rows.values()))
        known = self._facts.of(conn, people, programme).get(subject_id)
        if known is None:
            return []
        place = county_of(Directory(conn), known.person.community)
        return [entitlement(known.facts, month, programme.allowance).at(place) for month in wanted]


def _month_before(before: Settled, now: Entitlement) -> Entitlement | None:
    """The month before as it was listed. For somebody not on the books, why they were not paid, if they ought
    not to have been.
    """
    if before.listed.reason is not Reason.NOT_LISTED:
        return before.listed
    return None if now.state is State.PAYABLE else now


def county_of(directory: Directory, community: int) -> str:
    """The code of the county that a community lies in, which pays."""
    organisation = directory.by_id[community]
    while organisation.kind != "county" and organisation.parent is not None:
        organisation = directory.by_id[organisation.parent]
    return organisation.code
