"""Consent: a person decides who may read what of theirs, and for what."""

from __future__ import annotations

import builtins
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.changes import ConsentChange
from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.programmes import DAY, local_midnight
from ledger.domain.tags import consent_tag
from ledger.encoding.types import OrganisationId, Timestamp
from ledger.encoding.words import consent
from ledger.errors import BadInput, Forbidden, Refused
from ledger.relay.registers import Registers
from ledger.services import metrics
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.acts import METHODS, one_of
from ledger.services.consent_terms import (
    ConsentAccepted,
    ConsentDecision,
    ConsentTuple,
    ConsentView,
    TupleNumbers,
    codes_of,
    numbers_of,
)
from ledger.services.context import Context, tried_again
from ledger.services.evidence import checked_files, checked_text, seal_record
from ledger.services.facts import FactKind
from ledger.services.idempotency import Idempotency
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.standing import Rules, standing_consents
from ledger.store import index, operations, records

__all__ = ["ConsentAccepted", "ConsentDecision", "ConsentTuple", "ConsentView", "Consents"]

DEFAULT_DAYS = 365
LONGEST_DAYS = 3650
_GRANTORS = {grantor.name.lower(): grantor for grantor in Grantor if grantor is not Grantor.NONE}


class Consents:
    """The use cases of consent."""

    def __init__(self, context: Context, people: People, registers: Registers, access_log: AccessLog) -> None:
        self._context = context
        self._access_log = access_log
        self._registers = registers
        self._people = people
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

        Raises Forbidden `not_yours`; BadInput `organisation_unknown`, `category_unknown`, `purpose_unknown`,
        `valid_until_out_of_range`; Refused with the rule's reason.
        """
        today = local_midnight(self._context.clock())
        until = today + DEFAULT_DAYS * DAY if valid_until is None else valid_until
        if not self._context.now() < until <= today + LONGEST_DAYS * DAY:
            raise BadInput("valid_until_out_of_range", got=until, expected=LONGEST_DAYS)
        decided = decision or ConsentDecision()
        change = changes.GiveConsent(_grantor(decided), today, Timestamp(until))
        return self._record(
            actor, subject, terms, change=change, decision=decided, idempotency_key=idempotency_key
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
        change = changes.RefuseConsent(_grantor(decided))
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
        change = changes.WithdrawConsent(_grantor(decided))
        return self._record(
            actor, subject, terms, change=change, decision=decided, idempotency_key=idempotency_key
        )

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
    def _record(
        self,
        actor: Actor,
        subject: SubjectRef,
        terms: ConsentTuple,
        *,
        change: ConsentChange,
        decision: ConsentDecision,
        idempotency_key: str | None,
    ) -> ConsentAccepted:
        actor.require_role(Role.WORKER, Role.REVIEWER)
        one_of(decision.method, METHODS, "method_unknown")
        began = time.monotonic()
        request = [asdict(subject), asdict(terms), changes.to_json(change), asdict(decision)]
        with self._context.write() as conn:
            earlier = self._idempotency.earlier(conn, actor, idempotency_key, request)
            if earlier is not None:
                return ConsentAccepted(**earlier)
            person = self._people.find(conn, actor, subject)
            numbers = numbers_of(Directory(conn), terms)
            self._check_grantor(conn, person, change.grantor, decision)
            accepted = self._accept(
                conn, actor, person, numbers=numbers, change=change, decision=decision, terms=terms
            )
            self._idempotency.keep(conn, actor, idempotency_key, request, asdict(accepted))
        if not isinstance(change, changes.GiveConsent):
            metrics.WITHDRAWAL_DENIED_SECONDS.observe(time.monotonic() - began)
        self._context.wake()
        return accepted

    def _accept(
        self,
        conn: Connection,
        actor: Actor,
        person: Person,
        *,
        numbers: TupleNumbers,
        change: ConsentChange,
        decision: ConsentDecision,
        terms: ConsentTuple,
    ) -> ConsentAccepted:
        incapacity = checked_text("incapacity", decision.incapacity)
        recorder, reviewer = _organisations(actor, person, incapacity)
        now = self._context.now()
        tag = consent_tag(person.keys.subject_key, *numbers).tag
        word = standing_consents(conn, [tag])[tag]
        Rules(self._registers.present(conn), now).consent(
            word, change, recorder, reviewed=reviewer is not None
        )
        content: Mapping[str, Any] = {
            "terms": asdict(terms),
            "change": changes.to_json(change),
            "method": decision.method,
            "note": checked_text("note", decision.note),
            "incapacity": incapacity,
            "evidence": checked_files(decision.evidence),
        }
        record = seal_record(person.keys, actor, "consent", content, recorded_at=now)
        known = records.known_tags(conn, [tag]).get(tag)
        consent_id = known.id if known else new_id("c")
        operation = operations.NewOperation(
            id=new_id("op"),
            kind="consent",
            subject_id=person.id,
            tag=tag,
            organisation_id=recorder,
            change=changes.to_json(change),
            record_hash=record.record_hash,
            actor=actor.id,
            reviewer_id=reviewer,
        )
        records.add(conn, [record.row])
        if known is None:
            new_tag = {"tag": tag, "kind": "consent", "id": consent_id, "subject_id": person.id}
            records.add_tags(conn, [{**new_tag, **numbers._asdict()}])
        operations.accept(conn, [operation], self._context.clock())
        return ConsentAccepted(operation.id, person.id, consent_id=consent_id)

    def _check_grantor(
        self, conn: Connection, person: Person, grantor: Grantor, decision: ConsentDecision
    ) -> None:
        if grantor is Grantor.GUARDIAN:
            known = self._people.present(conn, {person.id: person}, [FactKind.GUARDIAN])
            if not known[person.id]:
                raise Refused("guardian_unknown")
        if grantor is Grantor.DELEGATE and not decision.evidence:
            raise BadInput("mandate_needed")


def _grantor(decision: ConsentDecision) -> Grantor:
    return _GRANTORS[one_of(decision.grantor, _GRANTORS, "grantor_unknown")]


def _organisations(
    actor: Actor, person: Person, incapacity: str
) -> tuple[OrganisationId, OrganisationId | None]:
    """Whose key records the decision, and who co-signs it on a recorded incapacity."""
    if incapacity:
        actor.require_role(Role.REVIEWER)
        return person.community, actor.organisation
    return (person.community if actor.role is Role.WORKER else actor.organisation), None


def _status(word: int, now: int) -> str:
    status = ConsentStatus(consent.status(word))
    if status is ConsentStatus.GIVEN and consent.valid_until(word) <= now:
        return "expired"
    return status.name.lower()
