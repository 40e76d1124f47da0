"""Why someone was certified automatically or was not, for a worker to read out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ledger.domain.programmes import Programme
from ledger.domain.seamless.commitment import OpenedLeaf, is_in, open_leaf
from ledger.domain.seamless.explanation import Sentence, explain
from ledger.encoding.types import Timestamp
from ledger.errors import NotFound, Refused
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import record_place
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.references import SubjectRef
from ledger.services.seamless.judging import judge
from ledger.services.seamless.recording import REFUSED
from ledger.services.signals.flows import PURPOSE
from ledger.services.signals.keeping import Kept
from ledger.store import operations, records
from ledger.store import seamless as store


@dataclass(frozen=True, slots=True)
class Reasons:
    """What was decided, as of when (unix seconds), and the sentences that say why, departments named."""

    result: str
    as_of: int
    operation_id: str | None
    """Of the certification that it explains; None if it says what stands now"""
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One signal of a certification's evidence, opened for a dispute, with what it is checked against."""

    leaf: OpenedLeaf
    root: str
    record_hash: str


class Explanations:
    """The use cases of saying why."""

    def __init__(self, context: Context, people: People, kept: Kept, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._kept = kept
        self._access_log = access_log

    def why(
        self, actor: Actor, subject: SubjectRef, *, programme: str = "senior-allowance"
    ) -> Reasons | None:
        """The last automatic certification's reasons as recorded, else what the signals come to now.

        None for someone who has no certification at all. Workers and reviewers, of their own people; logged.
        Raises Forbidden `not_yours`; Refused `seamless_not_offered`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        chosen, now = self._context.programme(programme), Timestamp(self._context.now())
        with self._context.database.read() as conn:
            person = self._people.find(conn, actor, subject)
            found = self._recorded(conn, person, chosen) or self._present(conn, person, chosen, now)
            if found is not None:
                found = _named(found, Directory(conn))
        with self._context.write() as conn:
            self._access_log.record(
                conn, actor, "seamless_reasons", [person.id], outcome="shown", purpose=PURPOSE
            )
        return found

    def show(self, actor: Actor, operation_id: str, index: int) -> Shown:
        """Opens one leaf of a certification's evidence in a dispute. Reviewers; logged.

        Raises Forbidden `not_yours`; NotFound `seamless.no_evidence` if the operation is no automatic
        certification or has no such leaf; Refused `seamless.evidence_erased` once the signals are erased.
        """
        actor.require_role(Role.REVIEWER)
        with self._context.database.read() as conn:
            row = operations.by_ids(conn, [operation_id]).get(operation_id)
            if row is None:
                raise NotFound("seamless.no_evidence")
            person = self._people.find(conn, actor, SubjectRef(id=row.subject_id))
            record = self._record(conn, person, row.record_hash)
            evidence = record.get("signals")
            if evidence is None or not 0 <= index < len(evidence["rows"]):
                raise NotFound("seamless.no_evidence")
            leaf = self._leaf(conn, person, record, index)
        with self._context.write() as conn:
            self._access_log.record(
                conn, actor, "seamless_evidence", [person.id], outcome="shown", purpose=PURPOSE
            )
        return Shown(leaf, evidence["root"], "0x" + row.record_hash.hex())

    def _leaf(self, conn: Connection, person: Person, record: Mapping[str, Any], index: int) -> OpenedLeaf:
        evidence = record["signals"]
        kept = {one.id: one.signal for one in self._kept.read(conn, [person.id]).get(person.id, [])}
        if not kept.keys() >= set(evidence["rows"]):
            raise Refused("seamless.evidence_erased")
        leaf = open_leaf(
            [(row_id, kept[row_id]) for row_id in evidence["rows"]],
            index,
            codes={one.id: one.code for one in Directory(conn).by_id.values()},
            rules=self._context.programme(record["programme"]).seamless_rules,
            seed=bytes.fromhex(evidence["seed"]),
        )
        if not is_in(leaf, bytes.fromhex(evidence["root"])):
            raise Refused("seamless.evidence_erased")
        return leaf

    def _recorded(self, conn: Connection, person: Person, programme: Programme) -> Reasons | None:
        certified = [
            row
            for row in store.outcomes(conn, programme.id, [person.id]).values()
            if row.operation_id is not None and row.operation_state != REFUSED
        ]
        if not certified:
            return None
        last = max(certified, key=lambda row: row.period)
        operation = operations.by_ids(conn, [last.operation_id])[last.operation_id]
        record = self._record(conn, person, operation.record_hash)
        sentences = tuple(Sentence(one["code"], one["params"]) for one in record["explanation"])
        return Reasons(last.result, record["as_of"], last.operation_id, sentences)

    def _present(
        self, conn: Connection, person: Person, programme: Programme, now: Timestamp
    ) -> Reasons | None:
        judged = judge(
            conn, self._people, self._kept, programme=programme, subject_ids=[person.id], as_of=now
        )
        if not judged:
            return None
        outcome = judged[0].outcome
        return Reasons(outcome.result.value, now, None, explain(outcome, programme))

    def _record(self, conn: Connection, person: Person, record_hash: bytes) -> dict[str, Any]:
        row = records.by_hashes(conn, [record_hash])[record_hash]
        return person.keys.open(record_place(record_hash), row.sealed)


def _named(found: Reasons, directory: Directory) -> Reasons:
    return Reasons(
        found.result, found.as_of, found.operation_id, tuple(_with_names(found.sentences, directory))
    )


def _with_names(sentences: Iterable[Sentence], directory: Directory) -> Iterable[Sentence]:
    for one in sentences:
        department = directory.by_id.get(int(one.params.get("department", 0)))
        name = {"department": department.name} if department else {}
        yield Sentence(one.code, {**one.params, **name})
