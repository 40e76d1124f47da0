"""Anchors the access log on the chain: signs its tree's head, and stores the transaction that carries it.

The head goes the way of every record: stored before it is sent, sent until it is mined, and anchored when the
index has read its event.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.domain.codes import Stream
from ledger.domain.state import LedgerState, TreeHead
from ledger.errors import CannotKnow
from ledger.keys.vault import Vault
from ledger.relay import metrics
from ledger.relay.preparing import Preparing
from ledger.relay.registers import Registers
from ledger.relay.signing import signing_key
from ledger.relay.tree_heads import Head, TreeHeads
from ledger.store import access_log, access_tree, anchors, index
from ledger.store.database import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks at how long entries have waited."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """The access log beside what the chain has of it."""

    size: int
    root: bytes
    head: TreeHead | None
    """The last head that the index has read from the chain; None if there is none."""
    waiting_since: float | None
    """When the oldest entry was written that is not anchored, unix seconds; None if all are."""
    is_continued: bool
    """Whether the log begins with what was anchored. It doesn't if it was altered or is an older copy."""


def signer_of(registers: LedgerState, vault: Vault, now: float) -> tuple[int, str] | None:
    """Under whose name the log is anchored, and with which key: the highest organisation with one here."""
    for organisation in sorted(registers.organisations):
        key = signing_key(vault, organisation, registers, now)
        if key is not None:
            return organisation, key
    return None


def anchored(conn: Connection, registers: LedgerState, organisation: int) -> Anchored:
    """The log as it stands in this snapshot."""
    size, root = access_tree.head(conn)
    head = registers.tree_heads.get((organisation, Stream.ACCESS_LOG))
    upto = head.size if head else 0
    is_continued = head is None or (upto <= size and access_tree.root(conn, upto) == head.root)
    return Anchored(size, root, head, access_log.time_of(conn, upto), is_continued)


class Anchoring:
    """One look per `tick`. Used by the submitter's thread."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        deployment: Deployment,
        *,
        every: float,
        deadline: int,
        clock: Callable[[], float],
    ) -> None:
        """`every`: seconds that an entry waits; `deadline`: seconds that a signed head may be recorded."""
        self._database = database
        self._vault = vault
        self._heads = TreeHeads(vault, deployment, deadline=deadline)
        self._every = every
        self._clock = clock
        self._registers = Registers(deployment.domains)
        self._looked_at = -LOOK_EVERY

    def tick(self, preparing: Preparing) -> bool:
        """Stores the head's transaction if an entry has waited long enough. Whether it did.

        Raises CannotKnow `access_log_forked`: a head that contradicts what is anchored is never signed.
        """
        if time.monotonic() - self._looked_at < min(LOOK_EVERY, self._every):
            return False
        self._looked_at = time.monotonic()
        with self._database.read() as conn:
            at = index.as_of(conn)
            if at is None or at.trouble is not None:
                return False
            now = max(self._clock(), at.time)  # no block comes before the last one
            registers = self._registers.present(conn)
            signer = signer_of(registers, self._vault, now)
            if signer is None or anchors.is_one_on_its_way(conn, signer[0], Stream.ACCESS_LOG):
                return False
            found = anchored(conn, registers, signer[0])
        if found.head is not None:
            metrics.ANCHORED_ENTRIES.set(found.head.size)
        if not found.is_continued:
            raise CannotKnow("access_log_forked")
        if found.waiting_since is None or found.waiting_since + self._every > now:
            return False
        organisation, key = signer
        head = Head(organisation, key, Stream.ACCESS_LOG, found.size, found.root)
        self._heads.prepare(preparing, head, now)
        log.info("anchoring.prepared", size=found.size)
        return True
