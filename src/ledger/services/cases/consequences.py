"""What cases mean for the acts they are about: what an open case forbids, and which case an act closes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.domain.cases import CaseKind, CaseOutcome
from ledger.errors import Conflict, Refused
from ledger.services.actors import Actor
from ledger.services.acts import Action
from ledger.services.cases.book import CaseBook, CaseRow
from ledger.services.context import Context
from ledger.services.people import Person
from ledger.store import cases as store

_TAKES_AWAY = frozenset({Action.SUSPEND, Action.REVOKE, Action.CLOSE, Action.CONFIRM_DEATH})
_CLOSES = {
    Action.CERTIFY: (CaseKind.NOT_ENOUGH_EVIDENCE, CaseOutcome.CERTIFIED),
    Action.SUSPEND: (CaseKind.NOT_ENOUGH_EVIDENCE, CaseOutcome.STOPPED),
    Action.CONFIRM_DEATH: (CaseKind.DEATH, CaseOutcome.CONFIRMED),
    Action.RESCIND_DEATH: (CaseKind.DEATH, CaseOutcome.RESCINDED),
}


@dataclass(frozen=True, slots=True)
class Deciding:
    """The case that an act decides, and the answer to whoever asked."""

    case_id: str
    outcome: CaseOutcome
    answer: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was accepted, with what follows for the person's cases."""

    person: Person
    programme: int
    action: Action
    reason: str = field(repr=False)
    operation_id: str


class Consequences:
    """The open cases of the people of one request."""

    def __init__(self, context: Context, conn: Connection, subject_ids: Collection[str]) -> None:
        self._conn = conn
        self._book = CaseBook(context)
        self._open = store.open_of_subjects(conn, subject_ids)

    def check(self, person: Person, programme: int, action: Action) -> None:
        """Raises Refused `case.appeal_open`: nothing stops while an appeal is open."""
        if action in _TAKES_AWAY and any(
            row.kind == CaseKind.APPEAL for row in self._of(person.id, programme)
        ):
            raise Refused("case.appeal_open")

    def follow(self, actor: Actor, act: Act, deciding: Deciding | None) -> None:
        """Closes the cases that the act answers. Raises Conflict `case.closed` if the case that it was to
        decide is closed already.
        """
        detail = {"operation": act.operation_id}
        rows = self._of(act.person.id, act.programme)
        if deciding is not None:
            row = next((one for one in rows if one.id == deciding.case_id), None)
            if row is None:
                raise Conflict("case.closed")
            self._book.close(
                self._conn,
                row,
                act.person.keys,
                deciding.outcome,
                actor=actor,
                answer=deciding.answer,
                detail=detail,
            )
        if act.action in _CLOSES:
            kind, outcome = _CLOSES[act.action]
            self._book.close_all(
                self._conn, rows, act.person, kind, outcome, actor=actor, answer=act.reason, detail=detail
            )

    def _of(self, subject_id: str, programme: int) -> Sequence[CaseRow]:
        return [row for row in self._open.get(subject_id, ()) if row.programme in {None, programme}]
