"""What each department reports: its entry in the catalogue of shared data, and the basis in `Policies`."""

from __future__ import annotations

import builtins

from sqlalchemy import Connection

from ledger.domain.programmes import Programme
from ledger.domain.seamless.rules import EvidenceClass
from ledger.domain.state import LedgerState
from ledger.errors import BadInput, Refused
from ledger.relay.registers import Registers
from ledger.services.actors import Actor, Role, Scope
from ledger.services.bases import LONGEST_DAYS, Bases
from ledger.services.consent_terms import ConsentTuple
from ledger.services.context import Context
from ledger.services.evidence import checked_text
from ledger.services.organisations import Directory
from ledger.services.signals.answers import Flow
from ledger.store import signal_batches as store

PURPOSE = "seamless-certification"
LIFE, DEATH = "sign-of-life", "sign-of-death"


class Flows:
    """The use cases of agreeing on what is reported."""

    def __init__(self, context: Context, registers: Registers, bases: Bases) -> None:
        self._context = context
        self._registers = registers
        self._bases = bases

    def add(
        self,
        actor: Actor,
        *,
        department: str,
        kind: str,
        catalogue_entry: str,
        legal_reference: str,
        programme: str = "senior-allowance",
        days: int = LONGEST_DAYS,
    ) -> Flow:
        """Registers a basis on chain that cites both, and takes the kind from the department from now on.

        Operators only; again with the same words changes nothing. Raises BadInput `signal.kind_unknown`,
        `signal.citation_needed` and what `Bases.add` does.
        """
        actor.require_role(Role.OPERATOR)
        rules = self._context.programme(programme).seamless_rules
        if kind not in rules.by_code:
            raise BadInput("signal.kind_unknown", got=kind)
        entry = checked_text("catalogue_entry", catalogue_entry)
        law = checked_text("legal_reference", legal_reference)
        if not entry or not law:
            raise BadInput("signal.citation_needed")
        with self._context.database.read() as conn:
            present = {(one.department, one.kind): one for one in self._all(conn)}
            engine = engine_of(Directory(conn))
            department_id = Directory(conn).active(department).id
        citation = f"{law}；{entry}"
        known = present.get((department, kind))
        if known and known.in_force and known.legal_reference == citation:
            return known
        deathlike = rules.by_code[kind].evidence_class is EvidenceClass.D
        terms = ConsentTuple(department, engine, DEATH if deathlike else LIFE, PURPOSE)
        basis = self._bases.add(actor, terms, legal_reference=citation, days=days).number
        columns = {
            "department_id": department_id,
            "kind": kind,
            "catalogue_entry": entry,
            "basis": basis,
            "created_at": self._context.now(),
        }
        with self._context.write() as conn:
            store.set_flow(conn, columns)
        return Flow(department, kind, entry, basis, citation, in_force=True)

    def list(self, actor: Actor) -> list[Flow]:
        """All of them for operators and auditors, a department's own for its API key (scope `signal`)."""
        if actor.kind == "api_key":
            actor.require_scope(Scope.SIGNAL)
        else:
            actor.require_role(Role.OPERATOR, Role.AUDITOR)
        with self._context.database.read() as conn:
            own = Directory(conn).code(actor.organisation)
            return [one for one in self._all(conn) if actor.kind != "api_key" or one.department == own]

    def _all(self, conn: Connection) -> builtins.list[Flow]:
        directory, registers = Directory(conn), self._registers.present(conn)
        now = self._context.now()
        return [
            Flow(
                directory.code(row.department_id),
                row.kind,
                row.catalogue_entry,
                row.basis,
                registers.bases[row.basis].legal_reference if row.basis in registers.bases else "",
                in_force=_in_force(registers, row.basis, now),
            )
            for row in store.flows(conn)
        ]


def agreed_kinds(
    conn: Connection, registers: LedgerState, department: int, programme: Programme, now: int
) -> frozenset[str]:
    """The kinds that a department may report at `now`, unix seconds: agreed on, and the basis in force."""
    known = programme.seamless_rules.by_code
    return frozenset(
        row.kind
        for row in store.flows(conn, department)
        if row.kind in known and _in_force(registers, row.basis, now)
    )


def engine_of(directory: Directory) -> str:
    """Code of the organisation that certifies seamlessly. Raises Refused `seamless.no_engine`."""
    found = [one for one in directory.by_id.values() if one.kind == "engine" and one.ended_at is None]
    if len(found) != 1:
        raise Refused("seamless.no_engine", got=len(found))
    return found[0].code


def _in_force(registers: LedgerState, number: int, now: int) -> bool:
    basis = registers.bases.get(number)
    return basis is not None and basis.valid_from <= now < basis.valid_until
