"""Looking for what is unusual, and asking a person about it: a case each, never a score."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from ledger.domain import anomalies
from ledger.domain.anomalies import Recorded
from ledger.domain.cases import CaseKind
from ledger.domain.programmes import DAY
from ledger.services.actors import Actor, Role
from ledger.services.cases.book import CaseBook, NewCase
from ledger.services.context import Context
from ledger.services.evidence import record_place
from ledger.services.facts import FactKind
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.store import operations, records
from ledger.store import subjects as subjects_store
from ledger.store import users as users_store

LOOKS_BACK = 31 * DAY
_CHUNK = 500


class Anomalies:
    """The use case, and the job, of looking at the last month."""

    def __init__(self, context: Context, people: People) -> None:
        self._context = context
        self._people = people
        self._cases = CaseBook(context)

    def ask(self, actor: Actor) -> int:
        """How many questions were opened. For operators and reviewers. Raises Forbidden `role_required`."""
        actor.require_role(Role.OPERATOR, Role.REVIEWER)
        return self.run()

    def run(self) -> int:
        """Opens a question for everything unusual that has none yet, answered or not."""
        with self._context.database.read() as conn:
            recorded = self._recorded(conn)
            phones = self._phones(conn)
        opened = 0
        for (actor, hour), people in anomalies.busy_hours(recorded).items():
            opened += self._open("case.anomaly.busy_hour", f"busy:{actor}:{hour}", people, actor)
        for (actor, note), people in anomalies.alike(recorded).items():
            opened += self._open("case.anomaly.alike", f"alike:{actor}:{note}", people, actor)
        for phone, people in anomalies.shared_phones(phones).items():
            opened += self._open("case.anomaly.shared_phone", f"phone:{phone}", people, None)
        return opened

    def _recorded(self, conn: Connection) -> list[Recorded]:
        """The certifications that people recorded in the last month, with their remarks."""
        rows = operations.certified_since(conn, self._context.now() - LOOKS_BACK)
        found = []
        for start in range(0, len(rows), _CHUNK):
            part = rows[start : start + _CHUNK]
            subjects = subjects_store.by_ids(conn, {row.subject_id for row in part})
            people = self._people.open([row for row in subjects.values() if row.state == "active"])
            sealed = records.by_hashes(conn, [row.record_hash for row in part])
            for row in part:
                person, record = people.get(row.subject_id), sealed.get(row.record_hash)
                note = ""
                if person is not None and record is not None:
                    note = person.keys.open(record_place(row.record_hash), record.sealed).get("note", "")
                found.append(Recorded(row.actor, row.subject_id, row.accepted_at, row.change["method"], note))
        return found

    def _phones(self, conn: Connection) -> dict[str, list[str]]:
        """Every person's telephones that are not the community's own, a community at a time."""
        found: dict[str, list[str]] = {}
        for organisation in Directory(conn).by_id.values():
            if organisation.kind == "community":
                people = self._people.in_communities(conn, [organisation.id])
                for subject_id, facts in self._people.present(conn, people, [FactKind.CONTACT]).items():
                    found[subject_id] = [
                        fact.value["phone"] for fact in facts if fact.value["relationship"] != "worker"
                    ]
        return found

    def _open(self, code: str, about: str, subject_ids: Iterable[str], worker: str | None) -> bool:
        """A case on the first of the people concerned; against the worker's organisation, which is asked and
        does not decide.
        """
        concerned = sorted(set(subject_ids))
        with self._context.write() as conn:
            person = self._first(conn, concerned)
            if person is None:
                return False
            user = users_store.by_id(conn, worker) if worker else None
            new = NewCase(
                kind=CaseKind.ANOMALY,
                person=person,
                about=about,
                against=user["organisation_id"] if user else None,
                text=", ".join(concerned),
                codes=(code,),
            )
            if self._cases.known(conn, new):
                return False
            self._cases.open(conn, None, new)
        return True

    def _first(self, conn: Connection, subject_ids: list[str]) -> Person | None:
        rows = subjects_store.by_ids(conn, subject_ids)
        people = self._people.open([row for row in rows.values() if row.state == "active"])
        return next((people[subject_id] for subject_id in subject_ids if subject_id in people), None)
