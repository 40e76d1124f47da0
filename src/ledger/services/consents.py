"""Consent: a person decides who may read what of theirs, and for what."""

from __future__ import annotations

import builtins
import time
from dataclasses import asdict

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.changes import ConsentChange
from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.programmes import DAY, local_midnight
from ledger.encoding.types import Timestamp
from ledger.encoding.words import consent
from ledger.errors import BadInput, Forbidden, Refused
from ledger.relay.registers import Registers
from ledger.services import metrics
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.consent_recording import ConsentRecording, grantor_of
from ledger.services.consent_terms import (
    ConsentAccepted,
    ConsentDecision,
    ConsentTuple,
    ConsentView,
    codes_of,
)
from ledger.services.context import Context, tried_again
from ledger.services.idempotency import Idempotency
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.store import index, operations, records

__all__ = ["ConsentAccepted", "ConsentDecision", "ConsentTuple", "ConsentView", "Consents"]

DEFAULT_DAYS = 365
LONGEST_DAYS = 3650


class Consents:
    """The use cases of consent."""

    def __init__(self, context: Context, people: People, registers: Registers, access_log: AccessLog) -> None:
        self._context = context
        self._access_log = access_log
        self._people = people
        self._recording = ConsentRecording(context, registers)
        self._idempotency = Idempotency(context)

    def give(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        valid_until: int | None = None,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Records that the person permits it until `valid_until` (unix seconds; a year from today if not
        given).

        Raises Forbidden `not_yours`; BadInput `valid_until_out_of_range`; what `ConsentRecording.record`
        does.
        """
        decided = decision or ConsentDecision()
        change = self._giving(decided, valid_until)
        return self._record(
            actor, subject, terms, change=change, decision=decided, idempotency_key=idempotency_key
        )

    def renew(
        self,
        actor: Actor,
        consent_id: str,
        revision: int,
        *,
        valid_until: int | None = None,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Gives once more what `revision` gave, until another end: terms that are given don't change, so this
        is a revision of its own, which names the former. Raises as `give`; Refused `consent.not_given`;
        Conflict `consent.changed_meanwhile` if `revision` is not the present one.
        """
        subject, terms = self.terms(actor, consent_id)
        decided = decision or ConsentDecision()
        return self._record(
            actor,
            subject,
            terms,
            change=self._giving(decided, valid_until),
            decision=decided,
            idempotency_key=idempotency_key,
            renews=revision,
        )

    def refuse(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Records that the person does not permit it. Raises as `give`."""
        decided = decision or ConsentDecision()
        change = changes.RefuseConsent(grantor_of(decided))
        return self._record(
            actor, subject, terms, change=change, decision=decided, idempotency_key=idempotency_key
        )

    def withdraw(
        self,
        actor: Actor,
        consent_id: str,
        *,
        decision: ConsentDecision | None = None,
        idempotency_key: str | None = None,
    ) -> ConsentAccepted:
        """Takes back what was given; denied from the moment this returns. Raises as `give`."""
        subject, terms = self.terms(actor, consent_id)
        decided = decision or ConsentDecision()
        change = changes.WithdrawConsent(grantor_of(decided))
        return self._record(
            actor, subject, terms, change=change, decision=decided, idempotency_key=idempotency_key
        )

    def withdraw_all(
        self,
        actor: Actor,
        subject: SubjectRef,
        *,
        consumer: str | None = None,
        decision: ConsentDecision | None = None,
    ) -> builtins.list[ConsentAccepted]:
        """Takes back all that is given, or all that one consumer is given, at one sentence of the person's.

        Raises as `withdraw`; Refused `consent.nothing_given`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        decided = decision or ConsentDecision()
        change = changes.WithdrawConsent(grantor_of(decided))
        now = self._context.now()
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            directory = Directory(conn)
            if consumer is not None:
                directory.active(consumer)
            accepted = [
                self._recording.record(conn, actor, person, terms, change=change, decision=decided)
                for row in records.consents_of(conn, person.id)
                if (terms := codes_of(directory, row)).consumer == (consumer or terms.consumer)
                and self._recording.standing(conn, person, terms).is_given(now)
            ]
            if not accepted:
                raise Refused("consent.nothing_given")
        self._context.wake()
        return accepted

    def terms(self, actor: Actor, consent_id: str) -> tuple[SubjectRef, ConsentTuple]:
        """What a consent's id stands for. Raises Forbidden `not_yours`, also for an id that nothing has."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            row = records.tags_by_ids(conn, [consent_id]).get(consent_id)
            if row is None or row.kind != "consent":
                raise Forbidden("not_yours")
            subject = SubjectRef(id=row.subject_id)
            self._people.find(conn, actor, subject)
            return subject, codes_of(Directory(conn), row)

    def list(self, actor: Actor, subject: SubjectRef) -> builtins.list[ConsentView]:
        """The person's consents, in order of their terms. Raises Forbidden `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, subject)
            views = self.of_person(conn, person)
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "consents", [person.id], outcome="shown")
        return views

    def of_person(self, conn: Connection, person: Person) -> builtins.list[ConsentView]:
        """The consents of someone already found."""
        directory = Directory(conn)
        rows = records.consents_of(conn, person.id)
        tags = [row.tag for row in rows]
        words = index.words_of(conn, index.CONSENTS, tags)
        pending = operations.open_changes(conn, tags)
        now = self._context.now()
        views = []
        for row in rows:
            word = words.get(row.tag, 0)
            coming = pending.get(row.tag, [])
            views.append(
                ConsentView(
                    id=row.id,
                    subject_id=person.id,
                    terms=codes_of(directory, row),
                    status=_status(word, now),
                    pending=coming[-1].change["type"] if coming else None,
                    grantor=Grantor(consent.grantor(word)).name.lower() if word else None,
                    self_decided=bool(consent.self_decided(word)),
                    valid_from=consent.valid_from(word) or None,
                    valid_until=consent.valid_until(word) or None,
                    recorded_at=consent.recorded_at(word) or None,
                    revision=consent.revision(word),
                )
            )
        return sorted(views, key=lambda view: (view.terms.consumer, view.terms.category, view.terms.purpose))

    @tried_again
    def _giving(self, decision: ConsentDecision, valid_until: int | None) -> changes.GiveConsent:
        today = local_midnight(self._context.clock())
        until = today + DEFAULT_DAYS * DAY if valid_until is None else valid_until
        if not self._context.now() < until <= today + LONGEST_DAYS * DAY:
            raise BadInput("valid_until_out_of_range", got=until, expected=LONGEST_DAYS)
        return changes.GiveConsent(grantor_of(decision), today, Timestamp(until))

    def _record(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        change: ConsentChange,
        decision: ConsentDecision,
        idempotency_key: str | None,
        renews: int | None = None,
    ) -> ConsentAccepted:
        actor.require_role(Role.WORKER, Role.REVIEWER)
        began = time.monotonic()
        request = [asdict(subject), asdict(terms), changes.to_json(change), asdict(decision), renews]
        with self._context.write() as conn:
            earlier = self._idempotency.earlier(conn, actor, idempotency_key, request)
            if earlier is not None:
                return ConsentAccepted(**earlier)
            person = self._people.find(conn, actor, subject)
            accepted = self._recording.record(
                conn, actor, person, terms, change=change, decision=decision, renews=renews
            )
            self._idempotency.keep(conn, actor, idempotency_key, request, asdict(accepted))
        if not isinstance(change, changes.GiveConsent):
            metrics.WITHDRAWAL_DENIED_SECONDS.observe(time.monotonic() - began)
        self._context.wake()
        return accepted


def _status(word: int, now: int) -> str:
    status = ConsentStatus(consent.status(word))
    if status is ConsentStatus.GIVEN and consent.valid_until(word) <= now:
        return "expired"
    return status.name.lower()
