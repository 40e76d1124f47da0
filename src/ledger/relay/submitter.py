"""Brings accepted operations onto the chain: form, sign, prepare, send. See docs/submission.md.

Each step takes up whatever stands at its beginning, so a submitter that starts after a crash goes on where
the last one ended. A claimed nonce belongs to one stored transaction for ever, and that transaction's bytes
are sent until the chain has mined that nonce: no gap can open and nothing can be sent twice as something
else. A batch whose deadline has passed on the way is refused by the contract, and its operations wait
again.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Protocol

import structlog
from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.domain.events import Contract
from ledger.domain.state import LedgerState
from ledger.encoding import eip712
from ledger.encoding.types import Address
from ledger.errors import CannotKnow, LedgerError
from ledger.keys.vault import Vault, organisation_key
from ledger.relay import calls, metrics
from ledger.relay.forming import Formed, Ground, Limits, form
from ledger.relay.gaps import Gaps
from ledger.relay.preparing import Preparing
from ledger.relay.reasons import STALE
from ledger.relay.registers import Registers
from ledger.relay.sending import LOOK_EVERY, Sender
from ledger.relay.signing import signing_key
from ledger.relay.simulation import Simulator
from ledger.store import index, outbox, overtaking
from ledger.store.database import Database
from ledger.store.index import AsOf
from ledger.store.outbox import Batch, Waiting

log = structlog.get_logger(__name__)

IDLE = 1.0
"""Seconds between rounds when nobody says that something was accepted."""
BATCHES_PER_ROUND = 20
"""What a block takes at once: the embedded chain's cost of a block grows with its slots, so few blocks
are cheap.
"""


_OVERTAKEN = "rule.overtaken"


class _OvertakenError(Exception):
    """An objection or a death was accepted while the transaction of a renewal was being made."""


class Anchoring(Protocol):
    """Brings the head of one tree onto the chain."""

    def tick(self, preparing: Preparing) -> bool:
        """Stores a head's transaction if it is time. Whether it did."""


class Submitter:
    """One round of all steps per `tick`; each step is one database transaction. Used by one thread."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        engine: Engine,
        deployment: Deployment,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.time,
        random: Random | None = None,
        look_every: float = LOOK_EVERY,
        idle: float = IDLE,
        anchoring: Sequence[Anchoring] = (),
    ) -> None:
        """With `anchoring` it carries the heads of trees as well."""
        self._database = database
        self._vault = vault
        self._engine = engine
        self._deployment = deployment
        self._limits = limits
        self._clock = clock
        self._random = random or secrets.SystemRandom()
        self._registers = Registers(deployment.domains)
        self._simulator = Simulator(engine.rpc, deployment)
        gaps = Gaps(database, vault, engine, chain_id=deployment.chain_id)
        self._sender = Sender(database, engine, clock, gaps, look_every=look_every)
        self._anchoring = anchoring
        self._keyless: set[int] = set()
        self._idle = idle
        self._preparing = Preparing(database, vault, engine, chain_id=deployment.chain_id, clock=clock)

    def tick(self) -> float:
        """All steps once. Seconds after which another round may find something to do: 0 for at once.

        Raises CannotKnow when node or database are out of reach, Misconfigured `another_submitter` when one
        has taken over; what was done until then stays done.
        """
        try:
            formed = self.form()
            self.sign()
            moved = self.prepare()
            self.anchor()
            moved = self._sender.send() or moved
            if not moved:
                self._engine.seal()  # what other processes have sent: governance
        except LedgerError as error:
            metrics.TROUBLE.labels("submitter", error.code).inc()
            raise
        if moved or formed.refused:
            return 0
        return min(self._limits.age, self._idle) if formed.held else self._idle

    def form(self) -> Formed:
        """accepted → batched, or refused by a rule."""
        self._let_overtake()
        with self._database.read() as conn:
            at = index.as_of(conn)
            if at is None or at.trouble is not None:
                return Formed()  # the words may not be the present ones
            waiting = outbox.waiting(conn, BATCHES_PER_ROUND * self._limits.size)
            if not waiting:
                return Formed()
            words: dict[tuple[int, bytes], int] = {}
            for programme in {one.programme for one in waiting}:
                tags = [one.tag for one in waiting if one.programme == programme]
                words |= {
                    (programme, tag): word for tag, word in index.words_of(conn, programme, tags).items()
                }
            state = self._registers.present(conn)
        now, block_time = self._clock(), self._now(at)
        ground = Ground(
            words,
            state,
            now,
            int(block_time),
            lambda organisation: self._key_of(organisation, state, block_time),
        )
        formed = form(waiting, ground, self._limits, self._random)
        if formed.batches or formed.refused:
            with self._database.write() as conn:
                outbox.add_batches(conn, formed.batches, now)
                outbox.refuse(conn, [(sequence, *why) for sequence, why in formed.refused], now)
        self._tell(formed, waiting)
        return formed

    def sign(self) -> None:
        """batched → signed, by the organisations' keys."""
        with self._database.read() as conn:
            batches = outbox.batches_in(conn, "batched")
            state = self._registers.present(conn)
            now = self._now(index.as_of(conn))
        if batches:
            signed = [(batch.id, *self._signatures(batch, state, now)) for batch in batches]
            with self._database.write() as conn:
                outbox.sign(conn, signed, self._clock())

    def prepare(self) -> bool:
        """signed → prepared: what the contract would take goes into a stored transaction, the rest is told
        why not.

        Whether anything moved; a batch that only has to wait for the index did not.
        """
        with self._database.read() as conn:
            batches = outbox.batches_in(conn, "signed")
            now = self._now(index.as_of(conn))
        moved = False
        passed: list[Batch] = []
        for batch, refusal in self._simulator.simulate(batches, int(now)):
            if refusal is None:
                passed.append(batch)
            else:
                with self._database.write() as conn:
                    self._simulator.settle(conn, batch, refusal, self._clock())
                moved = moved or refusal.name != STALE
        for load in calls.loads(passed):
            with suppress(_OvertakenError):  # it stays signed, and the next round takes it apart
                self._prepare(load)
        return moved or bool(passed)

    def anchor(self) -> None:
        """Heads of trees into stored transactions, where it is time. Their trouble stops no record."""
        for one in self._anchoring:
            try:
                one.tick(self._preparing)
            except CannotKnow as error:
                metrics.TROUBLE.labels("anchoring", error.code).inc()
                log.error("anchoring.trouble", code=error.code)

    def send(self) -> bool:
        """prepared → sent, again until mined."""
        return self._sender.send()

    def _let_overtake(self) -> None:
        """Refuses the automatic renewals of who objected, or is said to have died, since they were accepted.

        Their batches are given up, signed or not; everyone else in them waits for the next one.
        """
        with self._database.read() as conn:
            if not overtaking.overtaken(conn):
                return
        now = self._clock()
        with self._database.write() as conn:
            found = overtaking.overtaken(conn)
            for batch_id in sorted({one.batch_id for one in found if one.batch_id is not None}):
                outbox.dissolve(conn, batch_id, _OVERTAKEN, {}, now, before=("signed",))
            outbox.refuse(conn, [(one.sequence, _OVERTAKEN, {}) for one in found], now)
        metrics.REFUSED.labels(_OVERTAKEN).inc(len(found))

    def _prepare(self, load: Sequence[Batch]) -> None:
        ids, data = [batch.id for batch in load], calls.many(load)

        def require_not_overtaken(conn: Connection, _transaction_hash: bytes) -> None:
            if overtaking.overtaken(conn, ids):
                raise _OvertakenError

        self._preparing.prepare(
            self._deployment.addresses[calls.contract_of(load[0])],
            data,
            calls.gas(load, data),
            batch_ids=ids,
            also=require_not_overtaken,
        )

    def _now(self, at: AsOf | None) -> float:
        """The time to judge by. No block comes before the last one, even if this clock was set back."""
        return max(self._clock(), at.time) if at else self._clock()

    def _signatures(self, batch: Batch, state: LedgerState, now: float) -> tuple[bytes, bytes | None]:
        signature = self._sign(batch.organisation_id, batch.digest, state, now)
        if batch.reviewer_id is None:
            return signature, None
        review = eip712.incapacity_review_digest(self._deployment.domains[Contract.CONSENTS], batch.digest)
        return signature, self._sign(batch.reviewer_id, review, state, now)

    def _sign(self, organisation: int, digest: bytes, state: LedgerState, now: float) -> bytes:
        name = signing_key(self._vault, organisation, state, now)
        return self._vault.sign_digest(name or organisation_key(organisation), digest)

    def _key_of(self, organisation: int, state: LedgerState, now: float) -> Address | None:
        name = signing_key(self._vault, organisation, state, now)
        return None if name is None else self._vault.address(name)

    def _tell(self, formed: Formed, waiting: Sequence[Waiting]) -> None:
        for batch in formed.batches:
            metrics.BATCH_SIZE.observe(len(batch.sequences))
        for _, (code, _params) in formed.refused:
            metrics.REFUSED.labels(code).inc()
        if formed.keyless - self._keyless:
            log.error("submitter.no_key", organisations=sorted(formed.keyless))
        self._keyless = formed.keyless
        if formed.batches:
            entries = sum(len(batch.sequences) for batch in formed.batches)
            log.info("submitter.formed", batches=len(formed.batches), entries=entries, seen=len(waiting))
