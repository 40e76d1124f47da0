"""What is written about a reported death, inside a transaction that somebody else began."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from ledger.domain.cases import CaseKind, Channel
from ledger.domain.deaths import ANSWER_DAYS, WORD_OF_MOUTH, Asked, Source, hindrance
from ledger.domain.notices import Purpose, Recipient
from ledger.domain.programmes import Programme
from ledger.domain.seamless.rules import EvidenceClass
from ledger.errors import BadInput
from ledger.services.actors import Actor
from ledger.services.cases.book import CaseBook, NewCase
from ledger.services.context import Context
from ledger.services.facts import FactKind
from ledger.services.notices.book import CONTACT_KINDS, NoticeBook, contacts_of
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.store import deaths as store
from ledger.store import ladder as ladder_store
from ledger.store import notices as notices_store


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that a person died."""

    person: Person
    programme: Programme
    source: str
    """One of `domain.deaths.WORD_OF_MOUTH`, or a class D kind of the programme's rules."""
    died_on: date = field(repr=False)


class DeathBook:
    """Writes sources, the case they stand on, and the notice that asks whether it is so."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people
        self._cases = CaseBook(context)
        self._notices = NoticeBook(context)

    def report(self, conn: Connection, actor: Actor, report: Report) -> str:
        """Keeps a report; the id of the case it stands on. The same again changes nothing.

        Raises BadInput `death.source_unknown`.
        """
        person = report.person
        authoritative = is_authoritative(report.programme, report.source)
        channel = Channel.DEPARTMENT if actor.kind == "api_key" else Channel.SYSTEM
        new = NewCase(
            kind=CaseKind.DEATH,
            person=person,
            programme=report.programme.id,
            channel=channel,
            against=actor.organisation,
        )
        case_id, _ = self._cases.open(conn, actor, new)
        row = {
            "subject_id": person.id,
            "case_id": case_id,
            "organisation_id": actor.organisation,
            "source": report.source,
            "sealed": person.keys.seal(_place(case_id), {"died_on": report.died_on.isoformat()}),
            "reported_at": self._context.now(),
            "reported_by": actor.id,
        }
        if store.add_source(conn, row):
            said = {"died_on": report.died_on.isoformat()}
            detail = {"source": report.source}
            self._cases.note(conn, case_id, person.keys, "source", actor=actor, said=said, detail=detail)
        if authoritative:
            self._ask(conn, report)
        return case_id

    def retract(self, conn: Connection, actor: Actor, case_id: str, person: Person, source: str) -> bool:
        """An organisation takes its report back; whether it had made one. The case stays for a person."""
        if not store.retract(conn, case_id, actor.organisation, source, self._context.now()):
            return False
        detail = {"source": source}
        self._cases.note(conn, case_id, person.keys, "retracted", actor=actor, detail=detail)
        return True

    def life_sign(
        self, conn: Connection, actor: Actor | None, case_id: str, person: Person, *, kind: str, day: date
    ) -> None:
        """Somebody or something says that the person lives; it stands on the case for whoever decides."""
        said = {"occurred_on": day.isoformat()}
        detail = {"sign": kind}
        self._cases.note(conn, case_id, person.keys, "life_sign", actor=actor, said=said, detail=detail)

    def hindrance(
        self, conn: Connection, case_id: str, person: Person, programme: Programme, confirmer: int
    ) -> str | None:
        """Message code of why an organisation may not confirm yet; None if it may."""
        notices = notices_store.of_subject(conn, person.id, Purpose.DEATH.value)
        sources = store.sources(conn, case_id)
        since = min((row.reported_at for row in sources), default=0)
        return hindrance(
            [
                Source(
                    row.organisation_id,
                    row.source,
                    is_authoritative(programme, row.source),
                    row.reported_at,
                )
                for row in sources
            ],
            [Asked(row.delivered_at, row.answered_at) for row in notices if row.created_at >= since],
            confirmer=confirmer,
            now=self._context.now(),
            outages=ladder_store.outages(conn),
        )

    def died_on(self, conn: Connection, case_id: str, person: Person, programme: Programme) -> date | None:
        """The date reported: an authority's before others, the first before later ones."""
        sources = sorted(
            store.sources(conn, case_id), key=lambda row: not is_authoritative(programme, row.source)
        )
        return _died_on(person, sources[0]) if sources else None

    def correct(self, conn: Connection, person: Person, programme: Programme, case_id: str | None) -> int:
        """Writes down for every department that was answered otherwise that the person lives; how many."""
        sources = store.sources(conn, case_id) if case_id else []
        since = min((row.reported_at for row in sources), default=0)
        now = self._context.now()
        told = store.told(conn, person.id, ("DEATH_REPORTED", "DECEASED"), since)
        store.add_corrections(
            conn,
            [
                {
                    "organisation_id": organisation,
                    "subject_id": person.id,
                    "programme": programme.id,
                    "kind": "death_rescinded",
                    "told_at": last,
                    "created_at": now,
                }
                for organisation, last in sorted(told.items())
            ],
        )
        return len(told)

    def _ask(self, conn: Connection, report: Report) -> None:
        """A notice to family, or a letter to the home, unless one has gone out about this already."""
        person = report.person
        if any(
            row.answered_at is None and row.state != "failed"
            for row in notices_store.of_subject(conn, person.id, Purpose.DEATH.value)
        ):
            return
        known = self._people.present(conn, {person.id: person}, [FactKind.NAME, *CONTACT_KINDS])[person.id]
        name = next((fact.value["name"] for fact in known if fact.kind is FactKind.NAME), "")
        self._notices.write(
            conn,
            person,
            Purpose.DEATH,
            recipient=Recipient.FAMILY,
            contacts=contacts_of(known),
            words={
                "name": name,
                "community": Directory(conn).by_id[person.community].name,
                "days": str(ANSWER_DAYS),
            },
        )


def is_authoritative(programme: Programme, source: str) -> bool:
    """Whether a source is an authority's own record. Raises BadInput `death.source_unknown`."""
    if source in WORD_OF_MOUTH:
        return False
    kind = programme.seamless.by_code.get(source) if programme.seamless else None
    if kind is None or kind.evidence_class is not EvidenceClass.D:
        raise BadInput("death.source_unknown", got=source, expected=", ".join(sources_of(programme)))
    return kind.authoritative


def sources_of(programme: Programme) -> Sequence[str]:
    """What can be named as the source of a report."""
    kinds = programme.seamless.kinds if programme.seamless else ()
    return [*WORD_OF_MOUTH, *(kind.code for kind in kinds if kind.evidence_class is EvidenceClass.D)]


def _died_on(person: Person, row: Row[Any]) -> date:
    return date.fromisoformat(person.keys.open(_place(row.case_id), row.sealed)["died_on"])


def _place(case_id: str) -> str:
    return f"death:{case_id}"
