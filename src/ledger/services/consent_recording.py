"""Recording a person's decision: the rules asked, the record sealed, the change put into the outbox."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.changes import ConsentChange, GiveConsent
from ledger.domain.codes import ConsentStatus, Grantor
from ledger.domain.tags import consent_tag
from ledger.encoding.types import OrganisationId, Tag, Word
from ledger.encoding.words import consent
from ledger.errors import BadInput, Conflict, Refused
from ledger.relay.registers import Registers
from ledger.services import consent_record, delegations
from ledger.services.actors import Actor, Role
from ledger.services.acts import METHODS, one_of
from ledger.services.consent_terms import (
    ConsentAccepted,
    ConsentDecision,
    ConsentTuple,
    numbers_of,
)
from ledger.services.context import Context
from ledger.services.evidence import checked_text, seal_record
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import Person
from ledger.services.standing import Rules, standing_consents
from ledger.store import operations, records

SIGNED_BY = ("signature", "fingerprint")
GRANTORS = {grantor.name.lower(): grantor for grantor in Grantor if grantor is not Grantor.NONE}


@dataclass(frozen=True, slots=True)
class Standing:
    """One tuple of a person, with the word as it will be once all that is accepted has been recorded."""

    tag: Tag
    word: Word

    def is_given(self, now: int) -> bool:
        """Whether it is given and has not run out."""
        return consent.status(self.word) == ConsentStatus.GIVEN and now < consent.valid_until(self.word)


class ConsentRecording:
    """Records within a transaction that somebody else began. Rights are checked by those who use it."""

    def __init__(self, context: Context, registers: Registers) -> None:
        self._context = context
        self._registers = registers

    def standing(self, conn: Connection, person: Person, terms: ConsentTuple) -> Standing:
        """Raises BadInput `organisation_unknown`, `category_unknown`, `purpose_unknown`,
        `provider_is_consumer`.
        """
        tag = consent_tag(person.keys.subject_key, *numbers_of(Directory(conn), terms)).tag
        return Standing(tag, standing_consents(conn, [tag])[tag])

    def record(
        self,
        conn: Connection,
        actor: Actor,
        person: Person,
        terms: ConsentTuple,
        *,
        change: ConsentChange,
        decision: ConsentDecision,
        renews: int | None = None,
    ) -> ConsentAccepted:
        """`renews` names the revision whose terms are to change: once given, they are locked.

        Raises what `standing` does; BadInput `method_unknown`, `paper.signed_by_unknown`,
        `incapacity_needs_guardian`, `notice.unknown`; Refused `consent.locked`, `consent.not_given`,
        `delegation.*`, or with the rule's reason; Conflict `consent.changed_meanwhile`.
        """
        one_of(decision.method, METHODS, "method_unknown")
        if decision.signed_by is not None:
            one_of(decision.signed_by, dict.fromkeys(SIGNED_BY), "paper.signed_by_unknown")
        now = self._context.now()
        standing = self.standing(conn, person, terms)
        if isinstance(change, GiveConsent):
            _check_lock(standing, renews, now)
        delegation = None
        if change.grantor is not Grantor.SELF:
            delegation = delegations.in_force(conn, person.id, change.grantor, terms.category, now).id
        incapacity = checked_text("incapacity", decision.incapacity)
        if incapacity and change.grantor is not Grantor.GUARDIAN:
            raise BadInput("incapacity_needs_guardian")
        recorder, reviewer = _organisations(actor, person, incapacity)
        Rules(self._registers.present(conn), now).consent(
            standing.word, change, recorder, reviewed=reviewer is not None
        )
        known = records.known_tags(conn, [standing.tag]).get(standing.tag)
        consent_id = known.id if known else new_id("c")
        former = operations.latest_record(conn, person.id, standing.tag)
        place = consent_record.Place(
            consent_id, consent.revision(standing.word) + 1, former.hex() if former else None
        )
        content = consent_record.content(place, terms, change, decision, delegation=delegation)
        record = seal_record(person.keys, actor, "consent", content, recorded_at=now)
        operation = operations.NewOperation(
            id=new_id("op"),
            kind="consent",
            subject_id=person.id,
            tag=standing.tag,
            organisation_id=recorder,
            change=changes.to_json(change),
            record_hash=record.record_hash,
            actor=actor.id,
            reviewer_id=reviewer,
        )
        records.add(conn, [record.row])
        if known is None:
            new_tag = {"tag": standing.tag, "kind": "consent", "id": consent_id, "subject_id": person.id}
            numbers = numbers_of(Directory(conn), terms)
            records.add_tags(conn, [{**new_tag, **numbers._asdict()}])
        operations.accept(conn, [operation], self._context.clock())
        return ConsentAccepted(operation.id, person.id, consent_id=consent_id)


def grantor_of(decision: ConsentDecision) -> Grantor:
    """Raises BadInput `grantor_unknown`."""
    return GRANTORS[one_of(decision.grantor, GRANTORS, "grantor_unknown")]


def _check_lock(standing: Standing, renews: int | None, now: int) -> None:
    revision = consent.revision(standing.word)
    if renews is None:
        if standing.is_given(now):
            raise Refused("consent.locked", revision=revision)
        return
    if consent.status(standing.word) != ConsentStatus.GIVEN:
        raise Refused("consent.not_given")
    if renews != revision:
        raise Conflict("consent.changed_meanwhile", got=renews, expected=revision)


def _organisations(
    actor: Actor, person: Person, incapacity: str
) -> tuple[OrganisationId, OrganisationId | None]:
    """Whose key records the decision, and who co-signs it on a recorded incapacity."""
    if incapacity:
        actor.require_role(Role.REVIEWER)
        return person.community, actor.organisation
    return (person.community if actor.role is Role.WORKER else actor.organisation), None
