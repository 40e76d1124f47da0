"""What departments' signals say about deaths: death-like ones report them, others may contradict."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Row

from ledger.domain.cases import CaseKind
from ledger.domain.programmes import Programme
from ledger.domain.seamless.lines import Line
from ledger.errors import Refused
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.services.deaths.book import DeathBook, Report
from ledger.services.deaths.report import Deaths
from ledger.services.people import People
from ledger.store import cases as cases_store
from ledger.store import subjects as subjects_store


class Signs:
    """Looks through a delivery, in the transaction that finishes it. The same delivery again adds nothing."""

    def __init__(self, context: Context, people: People, deaths: Deaths) -> None:
        self._people = people
        self._deaths = deaths
        self._book = DeathBook(context, people)

    def look(
        self, conn: Connection, actor: Actor, programme: Programme, taken: Sequence[tuple[Line, str]]
    ) -> None:
        """Reports every death that a line says, takes back what a retraction says, and puts signs of life on
        the cases they contradict. `taken` are lines with the subject each is about.
        """
        rules = programme.seamless_rules
        cases = self._cases(conn, {subject_id for _, subject_id in taken})
        said = [
            (line, subject_id)
            for line, subject_id in taken
            if rules.is_deathlike(line.kind) or subject_id in cases
        ]
        rows = subjects_store.by_ids(conn, {subject_id for _, subject_id in said})
        people = self._people.open([row for row in rows.values() if row.state == "active"])
        for line, subject_id in said:
            person = people.get(subject_id)
            case = cases.get(subject_id)
            if person is None:
                continue
            if not rules.is_deathlike(line.kind):
                died_on = self._book.died_on(conn, case.id, person, programme) if case else None
                if case and died_on and not line.retracts and line.occurred_on > died_on:
                    self._book.life_sign(conn, actor, case.id, person, kind=line.kind, day=line.occurred_on)
            elif line.retracts:
                if case:
                    self._book.retract(conn, actor, case.id, person, line.kind)
            else:
                self._report(conn, actor, Report(person, programme, line.kind, line.occurred_on))

    def _report(self, conn: Connection, actor: Actor, report: Report) -> None:
        try:
            self._deaths.take(conn, actor, report)
        except Refused as refused:
            if refused.code != "death.confirmed_already":
                raise

    def _cases(self, conn: Connection, subject_ids: set[str]) -> dict[str, Row[tuple[object, ...]]]:
        found = cases_store.open_of_subjects(conn, subject_ids)
        return {
            subject_id: row
            for subject_id, rows in found.items()
            for row in rows
            if row.kind == CaseKind.DEATH
        }
