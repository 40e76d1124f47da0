"""What cases mean for the acts they are about: what an open case forbids, and which case an act answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from ledger.domain.cases import CaseKind, CaseOutcome
from ledger.domain.codes import Death, Status
from ledger.domain.notices import Purpose, Recipient
from ledger.domain.programmes import Programme, local_date
from ledger.encoding.words import certification
from ledger.errors import Conflict, Refused
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.cases.book import CaseBook, CaseRow
from ledger.services.context import Context
from ledger.services.deaths import periods
from ledger.services.deaths.book import DeathBook, Report, is_authoritative
from ledger.services.facts import FactKind
from ledger.services.ladder.desk import is_over
from ledger.services.notices.book import CONTACT_KINDS, NoticeBook, contacts_of
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.signals.keeping import Kept
from ledger.store import cases as store
from ledger.store import ladder as ladder_store

_TAKES_AWAY = frozenset({Action.SUSPEND, Action.REVOKE, Action.CLOSE, Action.CONFIRM_DEATH})
_ANSWERS = {
    Action.CERTIFY: (CaseKind.NOT_ENOUGH_EVIDENCE, CaseOutcome.CERTIFIED),
    Action.SUSPEND: (CaseKind.NOT_ENOUGH_EVIDENCE, CaseOutcome.STOPPED),
    Action.CLOSE: (CaseKind.NOT_ENOUGH_EVIDENCE, CaseOutcome.ENDED),
    Action.CONFIRM_DEATH: (CaseKind.DEATH, CaseOutcome.CONFIRMED),
    Action.RESCIND_DEATH: (CaseKind.DEATH, CaseOutcome.RESCINDED),
}
_ENDS_LADDER = {
    Action.CERTIFY: "certified",
    Action.SUSPEND: "stopped",
    Action.REVOKE: "ended",
    Action.CLOSE: "ended",
    Action.CONFIRM_DEATH: "ended",
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """The case that an act decides, and the answer to whoever asked."""

    case_id: str
    outcome: CaseOutcome
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was accepted. `on` is the day of what happened, as recorded."""

    person: Person
    programme: Programme
    action: Action
    on: date = field(repr=False)
    reason: str = field(repr=False)
    operation_id: str
    method: str = ""
    source: str = ""


class Consequences:
    """The open cases and ladders of the people of one request."""

    def __init__(
        self, context: Context, people: People, conn: Connection, actor: Actor, subject_ids: Collection[str]
    ) -> None:
        self._context = context
        self._people = people
        self._notices = NoticeBook(context)
        self._conn = conn
        self._actor = actor
        self._ids = list(subject_ids)
        self._today = local_date(context.clock())
        self._cases = CaseBook(context)
        self._deaths = DeathBook(context, people)
        self._kept = Kept(context)
        self._open = store.open_of_subjects(conn, self._ids)

    def check(self, person: Person, programme: Programme, action: Action, source: str) -> None:
        """Raises Refused `case.appeal_open`: nothing stops while an appeal is open; `ladder.goes_on`: nothing
        stops for want of evidence before every step was taken; `death.*`: a death is not confirmed on one
        word. BadInput `death.source_unknown`.
        """
        rows = self._of(person.id, programme)
        if action in _TAKES_AWAY and any(row.kind == CaseKind.APPEAL for row in rows):
            raise Refused("case.appeal_open")
        if action is Action.SUSPEND and not self._may_stop(person, programme):
            raise Refused("ladder.goes_on")
        if action is Action.REPORT_DEATH:
            is_authoritative(programme, source)
        if action is Action.CONFIRM_DEATH:
            case = _death(rows)
            why = (
                self._deaths.hindrance(self._conn, case.id, person, programme, self._actor.organisation)
                if case
                else "death.sources_needed"
            )
            if why is not None:
                raise Refused(why)

    def effective(self, person: Person, programme: Programme, action: Action) -> date:
        """The day that an act is about when nobody names another: that of the death as it was reported, that
        of the stop that is undone, else today.
        """
        found: date | None = None
        if action is Action.CONFIRM_DEATH:
            case = _death(self._of(person.id, programme))
            found = self._deaths.died_on(self._conn, case.id, person, programme) if case else None
        elif action is Action.REINSTATE:
            found = periods.stopped_on(self._conn, person, programme.id)
        return found or self._today

    def stated(
        self, person: Person, programme: Programme, action: Action, *, word: int, on: date
    ) -> dict[str, str]:
        """The months that a decision says were paid after a death, or are to be paid back."""
        found: str | None = None
        match action:
            case Action.CONFIRM_DEATH:
                found = periods.paid_after(on, self._today)
                return {"paid_after": found} if found else {}
            case Action.REINSTATE if certification.status(word) == Status.SUSPENDED:
                found = periods.since(on, self._today)
            case Action.RESCIND_DEATH if certification.death(word) == Death.CONFIRMED:
                confirmed = periods.confirmed_on(self._conn, person, programme.id)
                found = periods.since(confirmed or self._today, self._today)
            case _:
                pass
        return {"back_pay": found} if found else {}

    def follow(self, acts: Sequence[Act], deciding: Deciding | None) -> None:
        """Writes what follows from accepted acts. Raises Conflict `case.closed` if the case that the only one
        was to decide is closed already.
        """
        by_programme = {act.programme.id for act in acts if act.action in _ENDS_LADDER}
        ladders = {
            programme: ladder_store.open_of_subjects(self._conn, programme, self._ids)
            for programme in by_programme
        }
        for act in acts:
            self._answer(act, deciding)
            if act.action in _ENDS_LADDER and act.person.id in ladders[act.programme.id]:
                ladder = ladders[act.programme.id][act.person.id]
                ladder_store.close(self._conn, ladder.id, _ENDS_LADDER[act.action], self._context.now())

    def _answer(self, act: Act, deciding: Deciding | None) -> None:
        rows = self._of(act.person.id, act.programme)
        detail = {"operation": act.operation_id}
        if deciding is not None:
            row = next((one for one in rows if one.id == deciding.case_id), None)
            if row is None:
                raise Conflict("case.closed")
            keys, answer = act.person.keys, deciding.answer
            self._cases.close(
                self._conn, row, keys, deciding.outcome, actor=self._actor, answer=answer, detail=detail
            )
        death = _death(rows)
        if act.action is Action.REPORT_DEATH:
            report = Report(act.person, act.programme, act.source, act.on)
            self._deaths.report(self._conn, self._actor, report)
        elif act.action is Action.CERTIFY and death is not None:
            self._deaths.life_sign(self._conn, self._actor, death.id, act.person, kind=act.method, day=act.on)
        elif act.action is Action.RESCIND_DEATH:
            self._kept.end_death_signs(self._conn, act.programme, act.person.id)
            told = self._deaths.correct(self._conn, act.person, act.programme, death.id if death else None)
            detail["told"] = str(told)
        elif act.action is Action.SUSPEND:
            self._tell(act, Purpose.STOPPED, reason=act.reason)
        elif act.action is Action.REINSTATE:
            self._tell(act, Purpose.REINSTATED, months=periods.since(act.on, self._today))
        if act.action in _ANSWERS:
            kind, outcome = _ANSWERS[act.action]
            self._cases.close_all(
                self._conn,
                rows,
                act.person,
                kind,
                outcome,
                actor=self._actor,
                answer=act.reason,
                detail=detail,
            )

    def _may_stop(self, person: Person, programme: Programme) -> bool:
        """Whoever stands on a ladder is stopped at its end alone, as it stands at this moment."""
        if not ladder_store.open_of_subjects(self._conn, programme.id, [person.id]):
            return True
        return is_over(self._conn, self._people, programme, person, self._context.now())

    def _tell(self, act: Act, purpose: Purpose, **words: str) -> None:
        """A notice of a decision to the person."""
        kinds = (FactKind.NAME, *CONTACT_KINDS)
        known = self._people.present(self._conn, {act.person.id: act.person}, kinds)[act.person.id]
        name = next((fact.value["name"] for fact in known if fact.kind is FactKind.NAME), "")
        by = Directory(self._conn).by_id[self._actor.organisation].name
        self._notices.write(
            self._conn,
            act.person,
            purpose,
            recipient=Recipient.SELF,
            contacts=contacts_of(known),
            words={"name": name, "programme": act.programme.name.zh_cn, "organisation": by, **words},
        )

    def _of(self, subject_id: str, programme: Programme) -> Sequence[CaseRow]:
        return [row for row in self._open.get(subject_id, ()) if row.programme in {None, programme.id}]


def _death(rows: Sequence[CaseRow]) -> CaseRow | None:
    return next((row for row in rows if row.kind == CaseKind.DEATH), None)
