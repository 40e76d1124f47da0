"""The use cases of saying that somebody died, and of hearing that it was not so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.codes import Death
from ledger.domain.codes import Role as OrganisationRole
from ledger.domain.programmes import Programme, local_date
from ledger.encoding.words import certification
from ledger.errors import BadInput, Refused
from ledger.relay.registers import Registers
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role, Scope
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.certify import Certify
from ledger.services.context import Context
from ledger.services.deaths.book import DeathBook, Report, is_authoritative
from ledger.services.evidence import seal_record
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.standing import Rules, standing_certifications
from ledger.services.verdicts import tag_of
from ledger.store import cases as cases_store
from ledger.store import deaths as store
from ledger.store import operations, records
from ledger.store import subjects as subjects_store


@dataclass(frozen=True, slots=True)
class DeathReport:
    """What somebody says."""

    subject: SubjectRef
    source: str
    died_on: date = field(repr=False)
    programme: str = "senior-allowance"


@dataclass(frozen=True, slots=True)
class Reported:
    """The case that a report stands on; with the change on its way to the chain, if it was the first that the
    chain is told of.
    """

    case_id: str | None
    operation_id: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What an organisation was told about a person and is not so. Times are unix seconds."""

    sequence: int
    handle: str
    programme: str
    kind: str
    told_at: int
    corrected_at: int


class Deaths:
    """Reports deaths, and tells departments of those rescinded."""

    def __init__(
        self,
        context: Context,
        people: People,
        registers: Registers,
        access_log: AccessLog,
        certify: Certify,
    ) -> None:
        self._context = context
        self._people = people
        self._registers = registers
        self._access_log = access_log
        self._certify = certify
        self._book = DeathBook(context, people)

    def report(self, actor: Actor, report: DeathReport) -> Reported:
        """By a worker or reviewer about their people, or by a department's key with scope `report` under its
        own handle. It blocks automatic certification, opens a case or adds to it, and stops nothing.

        Raises Forbidden `role_required`, `scope_required`, `not_yours`; BadInput `death.source_unknown`,
        `occurred_in_future`, `programme_unknown`; Refused `death.confirmed_already`.
        """
        if actor.kind == "api_key":
            actor.require_scope(Scope.REPORT)
        else:
            actor.require_role(Role.WORKER, Role.REVIEWER)
        programme = self._context.programme(report.programme)
        is_authoritative(programme, report.source)
        if report.died_on > local_date(self._context.clock()):
            raise BadInput("occurred_in_future", got=report.died_on.isoformat())
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, report.subject)
            known = _death(conn, person, programme)
        if known is Death.NONE and actor.kind == "user":
            return self._first(actor, person, report)
        with self._context.write() as conn:
            reported = self.take(conn, actor, Report(person, programme, report.source, report.died_on))
            self._access_log.record(conn, actor, "death_reported", [person.id], outcome=report.source)
        self._context.wake()
        return reported

    def take(self, conn: Connection, actor: Actor, report: Report) -> Reported:
        """A report inside a transaction that somebody else began: kept, and put on the chain if it is the
        first and its organisation may report there. Raises Refused `death.confirmed_already`.
        """
        death = _death(conn, report.person, report.programme)
        if death is Death.CONFIRMED:
            raise Refused("death.confirmed_already")
        case_id = self._book.report(conn, actor, report)
        reports = Directory(conn).by_id[actor.organisation].roles & OrganisationRole.REPORTER
        if death is not Death.NONE or not reports:
            return Reported(case_id, None)
        return Reported(case_id, self._record(conn, actor, report))

    def corrections(self, actor: Actor, after: int, limit: int) -> Sequence[Correction]:
        """For a department's key with scope `verdict`: what it was told and is not so, after one it has read
        (0 for all), in order. Raises Forbidden `scope_required`.
        """
        actor.require_scope(Scope.VERDICT)
        codes = {one.id: one.code for one in self._context.programmes.values()}
        with self._context.write() as conn:
            rows = store.corrections_after(conn, actor.organisation, after, limit)
            ids = [row.subject_id for row in rows]
            handles = subjects_store.handles_of(conn, actor.organisation, ids)
            store.fetched(conn, [row.sequence for row in rows], self._context.now())
            if rows:
                self._access_log.record(conn, actor, "corrections", ids, outcome="told")
        return [
            Correction(
                row.sequence,
                handles[row.subject_id],
                codes[row.programme],
                row.kind,
                row.told_at,
                row.created_at,
            )
            for row in rows
        ]

    def _first(self, actor: Actor, person: Person, report: DeathReport) -> Reported:
        request = CertificationRequest(
            SubjectRef(id=person.id),
            Action.REPORT_DEATH,
            programme=report.programme,
            occurred_on=report.died_on,
            source=report.source,
        )
        accepted = self._certify.submit_one(actor, request)
        with self._context.database.read() as conn:
            rows = cases_store.open_of_subjects(conn, [person.id]).get(person.id, [])
        case_id = next((row.id for row in rows if row.kind == "death"), None)
        return Reported(case_id, accepted.operation_id)

    def _record(self, conn: Connection, actor: Actor, report: Report) -> str:
        """The report as a change that the department's own key signs."""
        person, programme, now = report.person, report.programme, self._context.now()
        change = changes.SetDeath(Death.REPORTED)
        tag = tag_of(person, programme)
        standing = standing_certifications(conn, programme.id, [tag])[tag]
        rules = Rules(self._registers.present(conn), now)
        rules.certification(programme, standing, change, actor.organisation)
        content = {
            "action": Action.REPORT_DEATH.value,
            "programme": programme.code,
            "change": changes.to_json(change),
            "occurred_on": report.died_on.isoformat(),
            "source": report.source,
        }
        record = seal_record(person.keys, actor, "certification", content, recorded_at=now)
        records.add(conn, [record.row])
        if not records.known_tags(conn, {tag}):
            row = {
                "tag": tag,
                "kind": "certification",
                "id": new_id("t"),
                "subject_id": person.id,
                "programme": programme.id,
            }
            records.add_tags(conn, [row])
        operation = operations.NewOperation(
            id=new_id("op"),
            kind="certification",
            subject_id=person.id,
            tag=tag,
            organisation_id=actor.organisation,
            change=changes.to_json(change),
            record_hash=record.record_hash,
            actor=actor.id,
            programme=programme.id,
            scheme=int(changes.scheme_of(change)),
        )
        operations.accept(conn, [operation], self._context.clock())
        return operation.id


def _death(conn: Connection, person: Person, programme: Programme) -> Death:
    """What is said about the person's death, with what is on its way to the chain."""
    tag = tag_of(person, programme)
    return Death(certification.death(standing_certifications(conn, programme.id, [tag])[tag]))
