"""The use cases of working cases off: open, remark, assign, decide."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from sqlalchemy import Connection

from ledger.domain.cases import CaseKind, CaseOutcome, Channel, refusal
from ledger.domain.codes import Death, Status
from ledger.domain.programmes import local_date
from ledger.encoding.words import certification
from ledger.errors import BadInput, Conflict, Forbidden, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.cases.book import CaseBook, CaseRow, NewCase
from ledger.services.cases.consequences import Deciding
from ledger.services.cases.queue import CaseQueue, visible
from ledger.services.cases.views import Decided, Opened
from ledger.services.certification_requests import CertificationRequest
from ledger.services.certify import Certify
from ledger.services.context import Context
from ledger.services.evidence import checked_text
from ledger.services.idempotency import Idempotency
from ledger.services.keyring import Keys
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.standing import standing_certifications
from ledger.services.verdicts import tag_of
from ledger.store import cases as store
from ledger.store import ladder as ladder_store
from ledger.store import operations
from ledger.store import users as users_store

_BY_HAND = frozenset({CaseKind.APPEAL, CaseKind.IDENTITY, CaseKind.ANOMALY})
"""Deaths are reported, rows come with imports, and want of evidence is the ladder's to say."""
_ACTIONS = {
    CaseOutcome.CONFIRMED: Action.CONFIRM_DEATH,
    CaseOutcome.RESCINDED: Action.RESCIND_DEATH,
    CaseOutcome.STOPPED: Action.SUSPEND,
}


_CHECK_HOLDS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """A question to be opened about a person."""

    subject: SubjectRef
    kind: str
    text: str = field(repr=False)
    channel: str = Channel.COUNTER.value
    programme: str = "senior-allowance"


class CaseWork:
    """Works cases off."""

    def __init__(
        self, context: Context, people: People, access_log: AccessLog, queue: CaseQueue, certify: Certify
    ) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log
        self._queue = queue
        self._certify = certify
        self._book = CaseBook(context)
        self._idempotency = Idempotency(context)

    def open(self, actor: Actor, request: CaseRequest, *, idempotency_key: str | None = None) -> Opened:
        """Opens an appeal, a question about identity or an anomaly. An appeal that is open already takes the
        words in.

        Raises Forbidden `role_required`, `not_yours`; BadInput `case.kind_unknown`, `case.channel_unknown`,
        `case.text_needed`, `text_too_long`, `programme_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if request.kind not in _BY_HAND:
            raise BadInput("case.kind_unknown", got=request.kind, expected=", ".join(sorted(_BY_HAND)))
        if request.channel not in set(Channel):
            raise BadInput("case.channel_unknown", got=request.channel, expected=", ".join(Channel))
        text = checked_text("text", request.text)
        if not text:
            raise BadInput("case.text_needed")
        programme = self._context.programme(request.programme)
        kind = CaseKind(request.kind)
        plain = asdict(request)
        with self._context.write() as conn:
            earlier = self._idempotency.earlier(conn, actor, idempotency_key, plain)
            if earlier is not None:
                return Opened(earlier["id"], earlier["new"])
            person = self._people.find(conn, actor, request.subject)
            new = NewCase(
                kind=kind,
                person=person,
                programme=programme.id,
                channel=Channel(request.channel),
                against=_decided_by(conn, person) if kind is CaseKind.APPEAL else None,
                text=text,
            )
            case_id, fresh = self._book.open(conn, actor, new)
            self._access_log.record(conn, actor, "case_opened", [person.id], outcome=kind.value)
            self._idempotency.keep(conn, actor, idempotency_key, plain, {"id": case_id, "new": fresh})
        return Opened(case_id, fresh)

    def note(self, actor: Actor, case_id: str, text: str) -> None:
        """A remark. Raises Forbidden `not_yours`; BadInput `case.text_needed`; Conflict `case.closed`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        said = checked_text("text", text)
        if not said:
            raise BadInput("case.text_needed")
        with self._context.write() as conn:
            row = _open_row(conn, actor, case_id)
            keys = self._keys(conn, row)
            self._book.note(conn, row.id, keys, "note", actor=actor, said={"text": said})

    def assign(self, actor: Actor, case_id: str, login: str | None = None) -> None:
        """Gives a case to a user who may see it, by login; to the actor if none is named. A worker takes
        cases only for themselves.

        Raises Forbidden `not_yours`, `role_required`; BadInput `case.assignee_unknown`; Conflict
        `case.closed`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            row = _open_row(conn, actor, case_id)
            user_id = actor.id
            if login is not None:
                actor.require_role(Role.REVIEWER)
                user_id = self._assignee(conn, row, login)
            store.assign(conn, row.id, user_id)
            detail = {"assignee": user_id}
            self._book.note(conn, row.id, self._keys(conn, row), "assigned", actor=actor, detail=detail)

    def decide(
        self,
        actor: Actor,
        case_id: str,
        outcome: str,
        answer: str,
        *,
        occurred_on: date | None = None,
        checked_on: date | None = None,
    ) -> Decided:
        """Decides a case with a reasoned answer, and does what the decision means: confirming or rescinding a
        death, stopping, reinstating. `occurred_on` corrects the date of a death that is confirmed;
        `checked_on` is the day of the last check that a stop needs, of this week. Asked again by the same
        person, it answers the same.

        Raises Forbidden `not_yours`, `case.reviewer_needed`, `case.other_organisation_needed`; BadInput
        `case.outcome_unknown`, `case.answer_needed`, `case.last_check_needed`; Conflict `case.closed`; what
        the act itself raises.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        said = checked_text("answer", answer)
        with self._context.database.read() as conn:
            row = visible(conn, actor, case_id)
            if (row.outcome, row.resolved_by) == (outcome, actor.id):
                return Decided(case_id, outcome, _operation_of(conn, case_id))
            row = _open_row(conn, actor, case_id)
            kind = CaseKind(row.kind)
            chosen = _outcome(actor, row, kind, outcome)
            if not said:
                raise BadInput("case.answer_needed")
            if chosen is CaseOutcome.STOPPED:
                self._require_check(checked_on)
            action = self._action(conn, row, chosen)
        if action is None:
            with self._context.write() as conn:
                self._close(conn, actor, case_id, chosen, said)
            return Decided(case_id, chosen.value, None)
        accepted = self._certify.submit_one(
            actor,
            CertificationRequest(
                subject=SubjectRef(id=row.subject_id),
                action=action,
                programme=self._programme_code(row.programme),
                occurred_on=occurred_on,
                reason=said,
                note=f"last check {checked_on.isoformat()}" if checked_on else None,
            ),
            deciding=Deciding(case_id, chosen, said),
        )
        return Decided(case_id, chosen.value, accepted.operation_id)

    def _require_check(self, checked_on: date | None) -> None:
        today = local_date(self._context.clock())
        if checked_on is None or not timedelta(0) <= today - checked_on <= _CHECK_HOLDS:
            raise BadInput("case.last_check_needed", days=_CHECK_HOLDS.days)

    def _close(self, conn: Connection, actor: Actor, case_id: str, outcome: CaseOutcome, answer: str) -> None:
        row = _open_row(conn, actor, case_id)
        keys = self._keys(conn, row)
        if not self._book.close(conn, row, keys, outcome, actor=actor, answer=answer):
            raise Conflict("case.closed")
        if outcome is CaseOutcome.CONTINUED:
            ladder = ladder_store.open_of_subjects(conn, row.programme, [row.subject_id])
            for one in ladder.values():
                ladder_store.close(conn, one.id, "continued", self._context.now())
        if row.subject_id is None:
            # The row is nobody's: what it holds is of no use any more.
            self._context.vault.destroy_subject_key(row.id)

    def _action(self, conn: Connection, row: CaseRow, outcome: CaseOutcome) -> Action | None:
        """What a decision does to the person's state; an appeal granted undoes what was taken away."""
        if outcome is not CaseOutcome.GRANTED:
            return _ACTIONS.get(outcome)
        person = self._people.by_id(conn, row.subject_id)
        programme = self._context.programme(self._programme_code(row.programme))
        tag = tag_of(person, programme)
        word = standing_certifications(conn, programme.id, [tag])[tag]
        if certification.death(word) != Death.NONE:
            return Action.RESCIND_DEATH
        return Action.REINSTATE if certification.status(word) == Status.SUSPENDED else None

    def _programme_code(self, programme: int) -> str:
        return next(one.code for one in self._context.programmes.values() if one.id == programme)

    def _keys(self, conn: Connection, row: CaseRow) -> Keys:
        people = {row.subject_id: self._people.by_id(conn, row.subject_id)} if row.subject_id else {}
        keys = self._queue.keys_of(row, people)
        if keys is None:
            raise Conflict("case.closed")
        return keys

    def _assignee(self, conn: Connection, row: CaseRow, login: str) -> str:
        user = users_store.by_login(conn, login)
        if user is None or user["ended_at"] is not None:
            raise BadInput("case.assignee_unknown", got=login)
        if user["role"] == Role.REVIEWER:
            sees = row.community_id in Directory(conn).communities_below(user["organisation_id"])
        else:
            sees = row.community_id in users_store.communities_of(conn, [user["id"]]).get(user["id"], ())
        if not sees:
            raise BadInput("case.assignee_unknown", got=login)
        return str(user["id"])


def _open_row(conn: Connection, actor: Actor, case_id: str) -> CaseRow:
    row = visible(conn, actor, case_id)
    if row.state != "open":
        raise Conflict("case.closed")
    return row


def _operation_of(conn: Connection, case_id: str) -> str | None:
    """The change that a case's decision meant."""
    decided = next(one for one in reversed(store.events(conn, case_id)) if one.kind == "decided")
    return (decided.detail or {}).get("operation")


def _outcome(actor: Actor, row: CaseRow, kind: CaseKind, outcome: str) -> CaseOutcome:
    if outcome not in set(CaseOutcome):
        raise BadInput("case.outcome_unknown", got=outcome)
    chosen = CaseOutcome(outcome)
    reviewer = actor.role is Role.REVIEWER
    why = refusal(kind, chosen, organisation=actor.organisation, against=row.against_id, reviewer=reviewer)
    match why:
        case None:
            return chosen
        case "case.outcome_unknown":
            raise BadInput("case.outcome_unknown", got=outcome)
        case "case.reviewer_needed":
            raise Forbidden("case.reviewer_needed")
        case _:
            raise Refused("case.other_organisation_needed")


def _decided_by(conn: Connection, person: Person) -> int | None:
    """The organisation that last took something from the person, or said that they had died."""
    for one in operations.of_subject(conn, person.id):
        if one.change["type"] in {"status", "death"} and one.state != "refused":
            return one.organisation_id
    return None
