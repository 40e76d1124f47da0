"""Deliveries of signals: checked whole, sorted line by line, stored so that a second time changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection

from ledger.domain.programmes import Programme, local_date
from ledger.domain.seamless import lines as line_format
from ledger.domain.seamless.lines import Fault, Line
from ledger.domain.seamless.manifest import MOST_LINES, Manifest, lines_root
from ledger.domain.state import LedgerState
from ledger.encoding.signal_statements import SignalStatements
from ledger.encoding.types import Digest, OrganisationId
from ledger.encoding.words import signer
from ledger.errors import BadInput, Forbidden, LedgerError, TooLarge
from ledger.keys import signatures
from ledger.keys.signal_seal import SignalSeal
from ledger.relay.registers import Registers
from ledger.relay.signing import signing_key
from ledger.services.actors import Actor, Scope
from ledger.services.context import Context
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.signals.answers import Counts, Delivery
from ledger.services.signals.flows import agreed_kinds
from ledger.services.signals.quarantine import delivery_of, quarantine, settle
from ledger.services.signals.sorting import Sorted, sort
from ledger.services.signals.storing import Tally, store
from ledger.store import signal_batches

_LINES_AT_ONCE = 10_000
"""In one transaction: others that write wait no longer than it takes."""

DeathSigns = Callable[[Connection, Actor, Programme, Sequence[tuple[Line, str]]], None]
"""Looks through what was taken, each line with the subject it is about, in the transaction that ends a
delivery: some say that somebody died, some contradict it.
"""


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A delivery that is being taken."""

    batch_id: int
    actor: Actor
    department: OrganisationId
    manifest: Manifest
    programme: Programme
    agreed: frozenset[str]
    now: int


class Deliveries:
    """The use case of a department that reports."""

    def __init__(
        self,
        context: Context,
        people: People,
        registers: Registers,
        statements: SignalStatements,
        *,
        death_signs: DeathSigns,
    ) -> None:
        self._context = context
        self._people = people
        self._registers = registers
        self._statements = statements
        self._death_signs = death_signs
        self._seal = SignalSeal(context.vault.index_key())

    def deliver(
        self,
        actor: Actor,
        manifest: Manifest,
        data: bytes,
        *,
        signature: bytes | None = None,
        programme: str = "senior-allowance",
    ) -> Delivery:
        """Takes a file of up to 50,000 lines. API keys with scope `signal`, for their own department.

        Without a signature the department's key in this installation's vault signs. A file that is not what
        its manifest says, or whose signature is not the department's, is put into quarantine as a whole; of
        another the lines that can't be taken. Interrupted, it is finished by delivering it again.

        Raises Forbidden `signal.other_department`; TooLarge `signal.lines_too_many`; BadInput
        `signal.heading_malformed`, `signal.signature_needed`, `signal.period_malformed`; what
        `Context.programme` and `Programme.seamless_rules` do.
        """
        actor.require_scope(Scope.SIGNAL)
        if manifest.first_month > manifest.last_month:
            raise BadInput("signal.period_malformed")
        heading, raw = line_format.split(data)
        if max(len(raw), manifest.lines) > MOST_LINES:
            raise TooLarge("signal.lines_too_many", got=max(len(raw), manifest.lines), expected=MOST_LINES)
        chosen, now = self._context.programme(programme), self._context.now()
        digest = manifest.digest(self._statements)
        with self._context.database.read() as conn:
            if Directory(conn).code(actor.organisation) != manifest.department:
                raise Forbidden("signal.other_department")
            registers = self._registers.present(conn)
            agreed = agreed_kinds(conn, registers, actor.organisation, chosen, now)
            earlier = signal_batches.by_digest(conn, actor.organisation, digest)
        if earlier is not None and earlier.state == "accepted":
            return delivery_of(earlier)
        signed = signature or self._own_signature(actor.organisation, digest, registers)
        problem = _difference(manifest, raw) or self._signature_fault(
            actor.organisation, digest, signed, registers
        )
        batch_id = self._begin(actor.organisation, manifest, digest, signed)
        if problem:
            return self._refuse(batch_id, actor.organisation, manifest, problem)
        this = _Delivery(batch_id, actor, actor.organisation, manifest, chosen, agreed, now)
        return self._take(this, line_format.read(heading, raw))

    def _own_signature(self, department: int, digest: Digest, registers: LedgerState) -> bytes:
        vault = self._context.vault
        name = signing_key(vault, department, registers, self._context.clock())
        if name is None:
            raise BadInput("signal.signature_needed")
        return vault.sign_digest(name, digest)

    def _signature_fault(
        self, department: int, digest: Digest, signature: bytes, registers: LedgerState
    ) -> str | None:
        try:
            word = registers.signers.get(signatures.recover(digest, signature), 0)
        except LedgerError:
            return "signal.signature_wrong"
        now = self._context.now()
        good = (
            signer.organisation(word) == department
            and signer.valid_from(word) <= now < signer.valid_until(word)
            and not signer.distrusted_since(word)
        )
        return None if good else "signal.signature_wrong"

    def _begin(self, department: int, manifest: Manifest, digest: Digest, signature: bytes) -> int:
        """The delivery's row, which one that was interrupted or wrong the first time finds again."""
        with self._context.write() as conn:
            known = signal_batches.by_digest(conn, department, digest)
            if known is not None:
                signal_batches.change(conn, known.id, signature=signature)
                return int(known.id)
            return signal_batches.add(
                conn,
                {
                    "department_id": department,
                    "reference": manifest.reference,
                    "digest": digest,
                    "root": manifest.root,
                    "lines": manifest.lines,
                    "first_month": manifest.first_month,
                    "last_month": manifest.last_month,
                    "signature": signature,
                    "state": "receiving",
                    "counts": {},
                    "received_at": self._context.now(),
                },
            )

    def _refuse(self, batch_id: int, department: int, manifest: Manifest, problem: str) -> Delivery:
        counts = Counts(lines=manifest.lines, quarantined=manifest.lines)
        said = {"lines": asdict(counts), "kinds": {}, "problem": problem}
        fault, now = Fault(0, problem, manifest.reference), self._context.now()
        with self._context.write() as conn:
            settle(conn, department, [], manifest.reference, batch_id=batch_id, now=now)
            quarantine(conn, batch_id, department, [fault], now)
            signal_batches.change(conn, batch_id, state="quarantined", counts=said)
            return delivery_of(signal_batches.by_id(conn, batch_id))

    def _take(self, this: _Delivery, lines: Iterator[Line | Fault]) -> Delivery:
        with self._context.database.read() as conn:
            found = sort(
                conn,
                self._people,
                lines,
                department=this.department,
                manifest=this.manifest,
                programme=this.programme,
                agreed=this.agreed,
                now=this.now,
                today=local_date(this.now),
            )
        tally = Tally(faults=found.faults)
        for start in range(0, len(found.taken), _LINES_AT_ONCE):
            with self._context.write() as conn:
                store(
                    conn,
                    self._seal,
                    found.taken[start : start + _LINES_AT_ONCE],
                    batch_id=this.batch_id,
                    department=this.department,
                    now=this.now,
                    tally=tally,
                )
        return self._finish(this, found, tally)

    def _finish(self, this: _Delivery, found: Sorted, tally: Tally) -> Delivery:
        manifest = this.manifest
        reported = [(line, who) for line, who in found.taken if not line.retracts]
        said = [line.reference for line, _ in found.taken] + [one.reference for one in tally.faults]
        counts = Counts(
            lines=manifest.lines,
            stored=tally.stored,
            corrected=tally.corrected,
            retracted=tally.retracted,
            unchanged=tally.unchanged,
            not_asked=found.not_asked,
            quarantined=len(tally.faults),
        )
        kinds = dict(Counter(line.kind for line, _ in reported))
        with self._context.write() as conn:
            self._death_signs(conn, this.actor, this.programme, found.taken)
            settle(conn, this.department, said, manifest.reference, batch_id=this.batch_id, now=this.now)
            quarantine(conn, this.batch_id, this.department, tally.faults, this.now)
            signal_batches.accept(
                conn,
                this.batch_id,
                counts={"lines": asdict(counts), "kinds": kinds, "problem": None},
                received_at=this.now,
            )
            return delivery_of(signal_batches.by_id(conn, this.batch_id))


def _difference(manifest: Manifest, lines: Sequence[bytes]) -> str | None:
    """In what a file is not what its manifest says."""
    if len(lines) != manifest.lines:
        return "signal.count_differs"
    return "signal.root_differs" if lines_root(manifest.nonce, lines) != manifest.root else None
