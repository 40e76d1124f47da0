"""The changes that one request adds up to, checked one after the other, then written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.changes import CertificationChange
from ledger.domain.programmes import Programme, local_date
from ledger.domain.state import LedgerState
from ledger.domain.tags import certification_tag
from ledger.encoding.types import OrganisationId, Word
from ledger.encoding.words import certification
from ledger.errors import BadInput, Refused
from ledger.services import acts
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.cases.consequences import Act, Consequences, Deciding
from ledger.services.certification_requests import Accepted, CertificationRequest
from ledger.services.context import Context
from ledger.services.evidence import SealedRecord, checked_files, checked_text, seal_record
from ledger.services.facts import FactKind
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People, Person, seal_fact
from ledger.services.standing import Rules, standing_certifications
from ledger.store import cases, moves, operations, records
from ledger.store import subjects as subjects_store

_SOURCE = "community"
"""Who says that somebody died, when a worker reports it and names nobody."""

_Slot = tuple[int, str]
"""Programme and subject id."""


class CertificationDraft:
    """One request's working state: each person's word as it will be, and the rows to write."""

    def __init__(
        self,
        context: Context,
        people: People,
        *,
        registers: LedgerState,
        conn: Connection,
        actor: Actor,
        found: Mapping[str, Person],
        items: Sequence[CertificationRequest],
    ) -> None:
        self._context = context
        self._people = people
        self._conn = conn
        self._actor = actor
        self._now = context.now()
        self._directory = Directory(conn)
        self._rules = Rules(registers, self._now)
        self._tags: dict[_Slot, bytes] = {}
        self._words: dict[_Slot, Word] = {}
        for code in {item.programme for item in items} & context.programmes.keys():
            self._read_words(context.programmes[code].id, found)
        self._consequences = Consequences(context, people, conn, actor, list(found))
        self._known_tags = set(records.known_tags(conn, set(self._tags.values())))
        certifies = any(item.action is Action.CERTIFY for item in items)
        self._birth_dates = people.birth_dates(conn, found) if certifies else {}
        self._records: list[Mapping[str, Any]] = []
        self._new_tags: list[Mapping[str, Any]] = []
        self._operations: list[operations.NewOperation] = []
        self._acts: list[Act] = []

    def accept(self, item: CertificationRequest, person: Person) -> Accepted:
        """Checks one item against the rights and rules, after those before it, and keeps it to be written.

        Raises the LedgerError that says why not; then nothing of it is kept.
        """
        terms = acts.TERMS[item.action]
        self._actor.require_role(*terms.roles)
        programme = self._context.programme(item.programme)
        reason = checked_text("reason", item.reason)
        if terms.reason and not reason:
            raise BadInput("reason_needed", action=item.action)
        source = item.source or _SOURCE
        occurred_on = item.occurred_on or self._consequences.effective(person, programme, item.action)
        if occurred_on > local_date(self._now):
            raise BadInput("occurred_in_future", got=occurred_on.isoformat())
        slot = (programme.id, person.id)
        signing = _signing_organisation(self._actor, item, person, self._words[slot])
        change = self._change(item, person, programme, occurred_on)
        content = {
            "action": item.action.value,
            "programme": programme.code,
            "change": changes.to_json(change),
            "method": item.method or "",
            "occurred_on": occurred_on.isoformat(),
            "reason": reason,
            "note": checked_text("note", item.note),
            "evidence": checked_files(item.evidence),
            **self._consequences.stated(
                person, programme, item.action, word=self._words[slot], on=occurred_on
            ),
        }
        if item.action is Action.REPORT_DEATH:
            content["source"] = source
        word = self._rules.certification(programme, self._words[slot], change, signing)
        self._consequences.check(person, programme, item.action, source)
        record = seal_record(person.keys, self._actor, "certification", content, recorded_at=self._now)
        if isinstance(change, changes.HandOver) and change.organisation != person.community:
            self._move(person, change.organisation)
        self._words[slot] = word
        accepted = self._keep(slot, change, signing, record)
        self._acts.append(
            Act(
                person,
                programme,
                item.action,
                on=occurred_on,
                reason=reason,
                operation_id=accepted.operation_id,
                method=item.method or "",
                source=source,
            )
        )
        return accepted

    def write(self, deciding: Deciding | None = None) -> None:
        """Writes everything that was accepted, and what follows for cases; `deciding` is the one that the
        only item was to decide.
        """
        records.add(self._conn, self._records)
        records.add_tags(self._conn, self._new_tags)
        operations.accept(self._conn, self._operations, self._context.clock())
        self._consequences.follow(self._acts, deciding)

    def _read_words(self, programme: int, found: Mapping[str, Person]) -> None:
        tags = {
            person.id: certification_tag(person.keys.subject_key, programme).tag for person in found.values()
        }
        words = standing_certifications(self._conn, programme, set(tags.values()))
        for subject_id, tag in tags.items():
            self._tags[programme, subject_id] = tag
            self._words[programme, subject_id] = words[tag]

    def _change(
        self, item: CertificationRequest, person: Person, programme: Programme, occurred_on: date
    ) -> CertificationChange:
        if item.action is Action.CERTIFY:
            standing = self._words[programme.id, person.id]
            birth_date = self._birth_dates[person.id]
            return acts.certification_of(programme, item.method, birth_date, occurred_on, standing)
        if item.action is Action.HANDOVER:
            return changes.HandOver(
                self._successor(item.organisation, person, self._words[programme.id, person.id])
            )
        return acts.decision(item.action, item.authorisation)

    def _successor(self, code: str | None, person: Person, standing: Word) -> OrganisationId:
        if code is None:
            raise BadInput("organisation_needed")
        successor = self._directory.active(code)
        if successor.kind != "community":
            raise BadInput("community_needed", got=code)
        holder = certification.organisation(standing)
        if successor.id == person.community and holder in {successor.id, 0}:
            raise Refused("already_responsible", got=code)
        return successor.id

    def _move(self, person: Person, community: OrganisationId) -> None:
        """From now on the workers of the other community see the person, and those of the former do not."""
        subjects_store.set_community(self._conn, person.id, community, self._now)
        cases.move(self._conn, person.id, community)
        move_id = new_id("v")
        moves.add(
            self._conn,
            id=move_id,
            subject_id=person.id,
            from_id=person.community,
            to_id=community,
            effective_on=local_date(self._now).isoformat(),
            register_moves=False,
            state="accepted",
            sealed=person.keys.seal(f"move:{move_id}", {"reason": ""}),
            offered_by=self._actor.id,
            offered_at=self._now,
            decided_by=self._actor.id,
            decided_at=self._now,
        )
        known = self._people.present(self._conn, {person.id: person}, [FactKind.COMMUNITY])[person.id]
        subjects_store.end_facts(self._conn, [fact.id for fact in known], self._now)
        value = {"community": self._directory.code(community)}
        subjects_store.add_facts(
            self._conn,
            [
                {
                    "subject_id": person.id,
                    "kind": FactKind.COMMUNITY.value,
                    "sealed": seal_fact(person.keys, FactKind.COMMUNITY, value),
                    "valid_from": self._now,
                    "recorded_at": self._now,
                    "recorded_by": self._actor.id,
                }
            ],
        )

    def _keep(
        self, slot: _Slot, change: CertificationChange, signing: OrganisationId, record: SealedRecord
    ) -> Accepted:
        programme, subject_id = slot
        tag = self._tags[slot]
        if tag not in self._known_tags:
            self._known_tags.add(tag)
            self._new_tags.append(
                {
                    "tag": tag,
                    "kind": "certification",
                    "id": new_id("t"),
                    "subject_id": subject_id,
                    "programme": programme,
                }
            )
        operation = operations.NewOperation(
            id=new_id("op"),
            kind="certification",
            subject_id=subject_id,
            tag=tag,
            organisation_id=signing,
            change=changes.to_json(change),
            record_hash=record.record_hash,
            actor=self._actor.id,
            programme=programme,
            scheme=int(changes.scheme_of(change)),
        )
        self._records.append(record.row)
        self._operations.append(operation)
        return Accepted(operation.id, subject_id)


def _signing_organisation(
    actor: Actor, item: CertificationRequest, person: Person, standing: Word
) -> OrganisationId:
    """Whose key signs: a worker's acts are their community's, a reviewer's those of their own organisation.

    Raises Refused `first_by_community`: the first to certify becomes responsible, and that is the community;
    but what an old platform knew, the subdistrict vouches for, and hands over.
    """
    if actor.role is Role.WORKER:
        return person.community
    is_first = item.action is Action.CERTIFY and certification.organisation(standing) == 0
    if is_first and item.method != "legacy":
        raise Refused("first_by_community")
    return actor.organisation
