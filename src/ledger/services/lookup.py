"""Looking people up: is she certified, what is known about her. Every release is logged before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from ledger.domain import plain_text
from ledger.domain.tags import certification_tag
from ledger.encoding.words import certification
from ledger.errors import BadInput
from ledger.services import handles
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role, Scope
from ledger.services.answers import Reason
from ledger.services.consents import Consents
from ledger.services.context import Context
from ledger.services.due import Due, communities_asked
from ledger.services.facts import FactKind
from ledger.services.history import history_lines
from ledger.services.lookup_answers import (
    FactView,
    HistoryLine,
    PersonLine,
    SubjectPage,
    VerdictAnswer,
)
from ledger.services.operations import OperationView
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.person_lines import person_lines
from ledger.services.prove import Prove, Wanted
from ledger.services.references import SubjectRef
from ledger.services.verdicts import Read, Verdicts, tag_of
from ledger.store import operations

MOST_HITS = 50


class Lookup:
    """The use cases of looking up."""

    def __init__(
        self,
        context: Context,
        people: People,
        verdicts: Verdicts,
        consents: Consents,
        access_log: AccessLog,
        *,
        prove: Prove,
    ) -> None:
        self._context = context
        self._people = people
        self._verdicts = verdicts
        self._consents = consents
        self._access_log = access_log
        self._prove = prove
        self.due = Due(context, people, verdicts, access_log).due

    def verdict(
        self,
        actor: Actor,
        subject: SubjectRef,
        programme: str = "senior-allowance",
        *,
        at: int | None = None,
    ) -> VerdictAnswer:
        """The verdict now, or as the ledger stood at `at`, unix seconds.

        UNKNOWN, with the reason, when the index can't be relied on. An API key needs scope `verdict`.
        Raises Forbidden `not_yours`; BadInput `programme_unknown`, `moment_in_future`.
        """
        if actor.kind == "api_key":
            actor.require_scope(Scope.VERDICT)
        else:
            actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen = self._context.programme(programme)
        now = self._context.now()
        if at is not None and at > now:
            raise BadInput("moment_in_future")
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, subject)
            if at is None:
                read = self._verdicts.now(conn, [person], chosen)[person.id]
                tag = tag_of(person, chosen)
                pending = operations.pending_of(conn, [tag]).get(tag, [])
            else:
                read = self._verdicts.at(conn, person, chosen, at)
                pending = []
        with self._context.write() as conn:
            outcome = read.verdict.verdict.value
            self._access_log.record(conn, actor, "verdict", [person.id], outcome=outcome)
        return _answer(
            actor,
            person,
            read,
            handle=subject.handle,
            programme=programme,
            at=at or now,
            pending=pending,
        )

    def proven_verdict(
        self, actor: Actor, subject_id: str, programme: str = "senior-allowance"
    ) -> VerdictAnswer:
        """For auditors: the verdict now, with a proof of what the ledger holds.

        Raises Forbidden `role_required`, `not_yours`; BadInput `programme_unknown`; what `Prove.prove` does.
        """
        actor.require_role(Role.AUDITOR)
        chosen, now = self._context.programme(programme), self._context.now()
        with self._context.write() as conn:
            person = self._people.by_id(conn, subject_id)
            read = self._verdicts.now(conn, [person], chosen)[person.id]
            handle = handles.handle(conn, person, actor.organisation, now)
            outcome = read.verdict.verdict.value
            self._access_log.record(conn, actor, "proof", [person.id], outcome=outcome)
        opening = certification_tag(person.keys.subject_key, chosen.id)
        proof = self._prove.prove(Wanted(opening, actor.organisation, handle))
        answer = _answer(actor, person, read, handle=handle, programme=programme, at=now, pending=())
        return replace(answer, proof=proof)

    def resolve(self, actor: Actor, number: str) -> str:
        """The subject id of a person of the actor's communities. Raises Forbidden `not_yours`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, SubjectRef(identity_number=number))
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "resolve", [person.id], outcome="resolved")
        return person.id

    def search(self, actor: Actor, name: str, *, community: str | None = None) -> list[PersonLine]:
        """People of a community (all of the actor's by default) whose name contains `name`; at most 50.

        Raises Forbidden `not_yours`; BadInput `name_needed`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        wanted = plain_text.person_name(name)
        if not wanted:
            raise BadInput("name_needed")
        programme = self._context.programme("senior-allowance")
        with self._context.database.read() as conn:
            communities = communities_asked(conn, actor, community)
            people = self._people.in_communities(conn, communities)
            names = self._people.present(conn, people, [FactKind.NAME])
            hits = {
                subject_id: people[subject_id]
                for subject_id, facts in names.items()
                if any(wanted in fact.value["name"] for fact in facts)
            }
            shown = dict(list(hits.items())[:MOST_HITS])
            verdicts = {
                subject_id: read.verdict
                for subject_id, read in self._verdicts.now(conn, shown.values(), programme).items()
            }
            lines = person_lines(conn, self._people, shown, verdicts)
        with self._context.write() as conn:
            self._access_log.record(
                conn, actor, "search", [None, *shown], outcome="shown", detail={"hits": len(hits)}
            )
        return lines

    def subject(self, actor: Actor, subject_id: str, programme: str = "senior-allowance") -> SubjectPage:
        """A person's page. Raises Forbidden `not_yours`; BadInput `programme_unknown`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, SubjectRef(id=subject_id))
            read = self._verdicts.now(conn, [person], chosen)[person.id]
            found = {person.id: person}
            recent = operations.of_subject(conn, person.id)
            tag = tag_of(person, chosen)
            pending = operations.pending_of(conn, [tag]).get(tag, [])
            page = SubjectPage(
                subject_id=person.id,
                community=Directory(conn).code(person.community),
                line=person_lines(conn, self._people, found, {person.id: read.verdict})[0],
                verdict=_answer(
                    actor,
                    person,
                    read,
                    handle=None,
                    programme=programme,
                    at=self._context.now(),
                    pending=pending,
                ),
                facts=self._facts(conn, person),
                history=tuple(history_lines(conn, person, chosen)),
                consents=tuple(self._consents.of_person(conn, person)),
                operations=tuple(OperationView.of(row) for row in recent),
            )
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "subject_page", [person.id], outcome="shown")
        return page

    def history(
        self, actor: Actor, subject_id: str, programme: str = "senior-allowance"
    ) -> list[HistoryLine]:
        """Every revision of a person's state, oldest first. Raises as `subject`."""
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen = self._context.programme(programme)
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, SubjectRef(id=subject_id))
            lines = history_lines(conn, person, chosen)
        with self._context.write() as conn:
            self._access_log.record(conn, actor, "history", [person.id], outcome="shown")
        return lines

    def _facts(self, conn: Connection, person: Person) -> tuple[FactView, ...]:
        return tuple(
            FactView(
                id=fact.id,
                kind=fact.kind.value,
                value=fact.value,
                valid_from=fact.valid_from,
                valid_until=fact.valid_until,
                recorded_at=fact.recorded_at,
                recorded_by=fact.recorded_by,
            )
            for fact in self._people.history(conn, person)
        )


def _answer(
    actor: Actor,
    person: Person,
    read: Read,
    *,
    handle: str | None,
    programme: str,
    at: int,
    pending: Sequence[str],
) -> VerdictAnswer:
    if actor.kind == "api_key":
        return VerdictAnswer.to_department(read, handle=handle, programme=programme, at=at)
    return VerdictAnswer(
        subject_id=person.id,
        handle=handle,
        programme=programme,
        verdict=read.verdict.verdict.value,
        payable=read.verdict.payable,
        reasons=tuple(Reason(code) for code in read.verdict.reasons),
        valid_until=read.verdict.valid_until,
        scheme=read.scheme,
        method=read.method,
        revision=certification.revision(read.word),
        pending=tuple(pending),
        at=at,
        as_of=read.as_of,
    )
