"""A person moves from one community's care into another's: one offers, the other accepts.

From the day of the move on the other community is responsible. If the household register goes along, it pays
from the next month on that begins with the register there; so no month is lost, and none paid twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Row

from ledger.domain import changes
from ledger.domain.codes import Role as OrganisationRole
from ledger.domain.codes import Status
from ledger.domain.programmes import LOCAL_TIME, local_date
from ledger.encoding.types import OrganisationId
from ledger.encoding.words import certification
from ledger.errors import BadInput, Conflict, Forbidden, Refused
from ledger.relay.registers import Registers
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import checked_text, seal_record
from ledger.services.facts import FactKind
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Corrections, fact_row
from ledger.services.standing import Rules, standing_certifications
from ledger.services.verdicts import tag_of
from ledger.store import cases as cases_store
from ledger.store import moves as store
from ledger.store import operations, records
from ledger.store import subjects as subjects_store


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move. Times are unix seconds; `effective_on` is YYYY-MM-DD."""

    id: str
    subject_id: str
    name: str = field(repr=False)
    origin: str
    destination: str
    effective_on: str
    register_moves: bool
    state: str
    offered_at: int
    reason: str = field(repr=False)


class Moves:
    """The use cases of moving."""

    def __init__(
        self,
        context: Context,
        people: People,
        registers: Registers,
        corrections: Corrections,
        access_log: AccessLog,
    ) -> None:
        self._context = context
        self._people = people
        self._registers = registers
        self._corrections = corrections
        self._access_log = access_log

    def offer(
        self,
        actor: Actor,
        subject: SubjectRef,
        to: str,
        *,
        reason: str,
        effective_on: date | None = None,
        register_moves: bool = False,
    ) -> str:
        """The community that a person leaves offers them to another. The move's id.

        Raises Forbidden `role_required`, `not_yours`; BadInput `community_needed`, `organisation_unknown`,
        `reason_needed`, `occurred_in_future`; Refused `already_responsible`; Conflict `move.offered_already`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        said = checked_text("reason", reason)
        if not said:
            raise BadInput("reason_needed", action="move")
        today = local_date(self._context.clock())
        on = effective_on or today
        if on > today:
            raise BadInput("occurred_in_future", got=on.isoformat())
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            destination = Directory(conn).active(to)
            if destination.kind != "community":
                raise BadInput("community_needed", got=to)
            if destination.id == person.community:
                raise Refused("already_responsible", got=to)
            if any(row.state == "offered" for row in store.of_subject(conn, person.id)):
                raise Conflict("move.offered_already")
            move_id = new_id("v")
            store.add(
                conn,
                id=move_id,
                subject_id=person.id,
                from_id=person.community,
                to_id=destination.id,
                effective_on=on.isoformat(),
                register_moves=register_moves,
                state="offered",
                sealed=person.keys.seal(f"move:{move_id}", {"reason": said}),
                offered_by=actor.id,
                offered_at=self._context.now(),
            )
            self._access_log.record(conn, actor, "move", [person.id], outcome="offered")
        return move_id

    def accept(self, actor: Actor, move_id: str) -> None:
        """The community that a person comes to accepts: from the day of the move on it is responsible.

        Raises Forbidden `role_required`, `not_yours`, also for a move that does not exist; Conflict
        `move.decided`, `changed_meanwhile`; Refused `rule.*`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            row = self._offered(conn, actor, move_id)
            person = self._people.by_id(conn, row.subject_id)
            if person.community != row.from_id:
                raise Conflict("changed_meanwhile")
            self._hand_over(conn, actor, person, row)
            self._settle(conn, actor, person, row)
            self._decide(conn, actor, row, "accepted")
        self._context.wake()

    def decline(self, actor: Actor, move_id: str) -> None:
        """The community that the person was offered to does not take them. Raises as `accept`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            self._decide(conn, actor, self._offered(conn, actor, move_id), "declined")

    def list(self, actor: Actor) -> Sequence[MoveView]:
        """Offers that the actor's communities have made or got, the oldest first."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            rows = store.offered(conn, sorted(actor.communities))
            directory = Directory(conn)
            people = self._people.open(
                list(subjects_store.by_ids(conn, [row.subject_id for row in rows]).values())
            )
            names = self._people.present(conn, people, [FactKind.NAME])
            self._access_log.record(conn, actor, "moves", [None, *people], outcome="shown")
        return [
            MoveView(
                row.id,
                row.subject_id,
                names[row.subject_id][0].value["name"],
                directory.code(row.from_id),
                directory.code(row.to_id),
                row.effective_on,
                bool(row.register_moves),
                row.state,
                row.offered_at,
                people[row.subject_id].keys.open(f"move:{row.id}", row.sealed)["reason"],
            )
            for row in rows
            if row.subject_id in people
        ]

    def _offered(self, conn: Connection, actor: Actor, move_id: str) -> Row[tuple[object, ...]]:
        row = store.by_id(conn, move_id)
        if row is None:
            raise Forbidden("not_yours")
        actor.require_community(row.to_id)
        if row.state != "offered":
            raise Conflict("move.decided")
        return row

    def _decide(self, conn: Connection, actor: Actor, row: Row[tuple[object, ...]], state: str) -> None:
        decided = {"state": state, "decided_by": actor.id, "decided_at": self._context.now()}
        if not store.decide(conn, row.id, **decided):
            raise Conflict("move.decided")
        self._access_log.record(conn, actor, "move", [row.subject_id], outcome=state)

    def _settle(self, conn: Connection, actor: Actor, person: Person, row: Row[tuple[object, ...]]) -> None:
        """The other community is responsible, and its register pays if it went along."""
        directory, now = Directory(conn), self._context.now()
        code = directory.code(row.to_id)
        on = date.fromisoformat(row.effective_on)
        since = int(datetime(on.year, on.month, on.day, tzinfo=LOCAL_TIME).timestamp())
        moved = {FactKind.COMMUNITY: {"community": code}}
        if row.register_moves:
            moved[FactKind.PAYING_DIVISION] = {"division": code}
        kinds = (FactKind.COMMUNITY, FactKind.PAYING_DIVISION)
        present = self._people.present(conn, {person.id: person}, kinds)[person.id]
        known = [fact for fact in present if fact.kind in moved]
        if not any(fact.kind is FactKind.PAYING_DIVISION for fact in present):
            # Until now the register was that of the community, which nobody had to say.
            origin = {"division": directory.code(row.from_id)}
            until = since if row.register_moves else None
            paid_by = fact_row(
                person.keys,
                FactKind.PAYING_DIVISION,
                origin,
                since=since - 1,
                until=until,
                now=now,
                by=actor.id,
            )
            subjects_store.add_facts(conn, [paid_by])
        for fact in known:
            begun = min(fact.valid_from, since - 1)
            subjects_store.date_facts(conn, fact.id, valid_from=begun, valid_until=since)
        rows = [
            fact_row(person.keys, kind, value, since=since, now=now, by=actor.id)
            for kind, value in moved.items()
        ]
        subjects_store.add_facts(conn, rows)
        subjects_store.set_community(conn, person.id, row.to_id, now)
        cases_store.move(conn, person.id, row.to_id)
        version = subjects_store.by_ids(conn, [person.id])[person.id].version
        subjects_store.raise_version(conn, person.id, version, now)
        said = {
            "before": [{"value": dict(fact.value), "valid_from": fact.valid_from} for fact in known],
            "after": {"community": code},
            "on": row.effective_on,
            "reason": person.keys.open(f"move:{row.id}", row.sealed)["reason"],
        }
        kind = FactKind.COMMUNITY.value
        self._corrections.write_down(conn, actor, person, version=version + 1, kind=kind, said=said)

    def _hand_over(
        self, conn: Connection, actor: Actor, person: Person, row: Row[tuple[object, ...]]
    ) -> None:
        """What the chain holds of the person goes along, signed by what stands above both communities."""
        rules = Rules(self._registers.present(conn), self._context.now())
        ancestor = _above_both(Directory(conn), row.from_id, row.to_id)
        change = changes.HandOver(OrganisationId(row.to_id))
        for programme in self._context.programmes.values():
            tag = tag_of(person, programme)
            standing = standing_certifications(conn, programme.id, [tag])[tag]
            if certification.status(standing) == Status.NONE or certification.organisation(standing) in {
                0,
                row.to_id,
            }:
                continue
            rules.certification(programme, standing, change, ancestor)
            content = {
                "action": "handover",
                "programme": programme.code,
                "change": changes.to_json(change),
                "occurred_on": row.effective_on,
                "reason": person.keys.open(f"move:{row.id}", row.sealed)["reason"],
                "offered_by": row.offered_by,
            }
            record = seal_record(
                person.keys, actor, "certification", content, recorded_at=self._context.now()
            )
            records.add(conn, [record.row])
            operation = operations.NewOperation(
                id=new_id("op"),
                kind="certification",
                subject_id=person.id,
                tag=tag,
                organisation_id=ancestor,
                change=changes.to_json(change),
                record_hash=record.record_hash,
                actor=actor.id,
                programme=programme.id,
                scheme=int(changes.scheme_of(change)),
            )
            operations.accept(conn, [operation], self._context.clock())


def _above_both(directory: Directory, one: int, other: int) -> OrganisationId:
    """The nearest organisation above both that may review. Raises Refused `move.nobody_above`."""
    at = directory.by_id[one].parent
    while at is not None:
        organisation = directory.by_id[at]
        if directory.is_within(other, at) and organisation.roles & OrganisationRole.REVIEWER:
            return organisation.id
        at = organisation.parent
    raise Refused("move.nobody_above")
