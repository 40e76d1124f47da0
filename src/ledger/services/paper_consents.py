"""A consent form filled in on paper, entered in one step: each question's answer becomes its tuples."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from ledger.domain import changes, consent_notices
from ledger.domain.cases import CaseKind, Channel
from ledger.domain.changes import ConsentChange
from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.consent_notices import Notice, NoticeTuple
from ledger.domain.programmes import DAY, local_midnight
from ledger.encoding.types import Timestamp
from ledger.encoding.words import consent
from ledger.errors import BadInput
from ledger.relay.registers import Registers
from ledger.services import sealed_files
from ledger.services.actors import Actor, Role
from ledger.services.acts import one_of
from ledger.services.cases.book import CaseBook, NewCase
from ledger.services.consent_recording import SIGNED_BY, ConsentRecording, Standing, grantor_of
from ledger.services.consent_terms import ConsentAccepted, ConsentDecision, ConsentTuple
from ledger.services.context import Context
from ledger.services.evidence import checked_text
from ledger.services.idempotency import Idempotency
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef

CALLED_BACK = 0.02
"""The share of forms whose signer is called by another organisation."""
_ANSWERS = ("yes", "no")


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form as it came back."""

    notice: str
    version: int
    answers: Mapping[str, str]
    """yes or no by the question's key; a question left open is left out"""
    photo: bytes = field(repr=False)
    """JPEG, PNG or PDF of all of it"""
    signed_by: str
    """signature or fingerprint"""
    grantor: str = "self"
    reads: bool = True
    """Whether whoever signed can read; if not, a witness was there."""
    witness: str | None = field(default=None, repr=False)
    """Name of the witness, who is not the worker."""
    helper: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a form."""

    subject_id: str
    accepted: tuple[ConsentAccepted, ...]
    """One for each tuple whose state the answers change."""
    photo: str
    """SHA-256 of the photo, now sealed"""
    called_back: bool
    """Whether it was drawn to be called back by another organisation."""


class PaperConsents:
    """The use case of entering a form."""

    def __init__(self, context: Context, people: People, registers: Registers) -> None:
        self._context = context
        self._people = people
        self._recording = ConsentRecording(context, registers)
        self._cases = CaseBook(context)
        self._idempotency = Idempotency(context)

    def enter(
        self, actor: Actor, subject: SubjectRef, form: FilledForm, *, idempotency_key: str | None = None
    ) -> Entered:
        """Records all of it or nothing.

        Raises Forbidden `role_required`, `not_yours`; BadInput `consent.notice_unknown`,
        `paper.answers_needed`, `paper.question_unknown`, `paper.answer_unknown`, `paper.signed_by_unknown`,
        `paper.witness_needed`, `paper.witness_is_worker`; what `sealed_files.keep` and
        `ConsentRecording.record` do.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        notice = consent_notices.notice(form.notice, form.version)
        _check(actor, notice, form)
        photo = sha256(form.photo).hexdigest()
        request = [asdict(subject), {**asdict(replace(form, photo=b"")), "photo": photo}]
        with self._context.write() as conn:
            earlier = self._idempotency.earlier(conn, actor, idempotency_key, request)
            if earlier is not None:
                return _entered(earlier)
            person = self._people.find(conn, actor, subject)
            sealed_files.keep(conn, person, form.photo, self._context.now())
            decision = ConsentDecision(
                grantor=form.grantor,
                method="paper",
                evidence=(photo,),
                notice=notice.id,
                helper=form.helper,
                signed_by=form.signed_by,
                witness=form.witness,
            )
            accepted = [
                one
                for question in notice.questions
                if question.key in form.answers
                for tuple_ in question.tuples
                if (
                    one := self._answer(
                        conn,
                        actor,
                        person,
                        tuple_,
                        decision=decision,
                        days=question.days,
                        yes=form.answers[question.key] == "yes",
                    )
                )
            ]
            called_back = bool(accepted) and self._is_drawn(accepted[0].operation_id)
            if called_back:
                self._call_back(conn, actor, person)
            entered = Entered(person.id, tuple(accepted), photo, called_back)
            self._idempotency.keep(conn, actor, idempotency_key, request, asdict(entered))
        self._context.wake()
        return entered

    def _answer(
        self,
        conn: Connection,
        actor: Actor,
        person: Person,
        tuple_: NoticeTuple,
        *,
        decision: ConsentDecision,
        days: int,
        yes: bool,
    ) -> ConsentAccepted | None:
        terms = ConsentTuple(tuple_.provider, tuple_.consumer, tuple_.category, tuple_.purpose)
        standing = self._recording.standing(conn, person, terms)
        grantor = grantor_of(decision)
        change = self._giving(grantor, days) if yes else _refusing(standing, grantor)
        if change is None:
            return None
        given = consent.status(standing.word) == ConsentStatus.GIVEN
        renews = consent.revision(standing.word) if yes and given else None
        return self._recording.record(
            conn, actor, person, terms, change=change, decision=decision, renews=renews
        )

    def _giving(self, grantor: Grantor, days: int) -> changes.GiveConsent:
        today = local_midnight(self._context.clock())
        return changes.GiveConsent(grantor, today, Timestamp(today + days * DAY))

    def _is_drawn(self, operation_id: str) -> bool:
        """By a key that nobody at the desk knows, so that nobody can tell beforehand."""
        drawn = hmac.digest(self._context.vault.index_key(), f"call-back:{operation_id}".encode(), "sha256")
        return int.from_bytes(drawn[:8], "big") < CALLED_BACK * 2**64

    def _call_back(self, conn: Connection, actor: Actor, person: Person) -> None:
        recorder = person.community if actor.role is Role.WORKER else actor.organisation
        self._cases.open(
            conn,
            None,
            NewCase(
                kind=CaseKind.CONSENT_CALL,
                person=person,
                channel=Channel.SYSTEM,
                against=recorder,
            ),
        )


def _entered(kept: Mapping[str, Any]) -> Entered:
    accepted = tuple(ConsentAccepted(**one) for one in kept["accepted"])
    return Entered(**{**kept, "accepted": accepted})


def _refusing(standing: Standing, grantor: Grantor) -> ConsentChange | None:
    """What a no means: what was given is withdrawn, what was refused already stands."""
    match consent.status(standing.word):
        case ConsentStatus.GIVEN:
            return changes.WithdrawConsent(grantor)
        case ConsentStatus.REFUSED:
            return None
        case _:
            return changes.RefuseConsent(grantor)


def _check(actor: Actor, notice: Notice, form: FilledForm) -> None:
    asked = {question.key for question in notice.questions}
    if not form.answers:
        raise BadInput("paper.answers_needed", expected=", ".join(sorted(asked)))
    for key, answer in form.answers.items():
        if key not in asked:
            raise BadInput("paper.question_unknown", got=key[:40], expected=", ".join(sorted(asked)))
        if answer not in _ANSWERS:
            raise BadInput("paper.answer_unknown", got=answer[:40], expected=", ".join(_ANSWERS))
    one_of(form.signed_by, dict.fromkeys(SIGNED_BY), "paper.signed_by_unknown")
    witness = checked_text("witness", form.witness)
    if (not form.reads or form.signed_by == "fingerprint") and not witness:
        raise BadInput("paper.witness_needed")
    if witness and witness == actor.name.strip():
        raise BadInput("paper.witness_is_worker")
