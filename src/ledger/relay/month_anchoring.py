"""Anchors closed months on the chain: the leaves of civil affairs' stream MONTHS are the months, in the order
in which they were closed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from ledger.chain.deployment import Deployment
from ledger.domain import merkle, month_work
from ledger.domain.codes import Stream
from ledger.errors import CannotKnow
from ledger.keys.vault import Vault
from ledger.relay.preparing import Preparing
from ledger.relay.registers import Registers
from ledger.relay.signing import signing_key
from ledger.relay.tree_heads import Head, TreeHeads
from ledger.store import anchors, index
from ledger.store import months as store
from ledger.store.database import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks."""


class MonthAnchoring:
    """One look per `tick`. Used by the submitter's thread."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        deployment: Deployment,
        *,
        deadline: int,
        clock: Callable[[], float],
    ) -> None:
        """`deadline`: seconds that a signed head may be recorded."""
        self._database = database
        self._vault = vault
        self._heads = TreeHeads(vault, deployment, deadline=deadline)
        self._clock = clock
        self._registers = Registers(deployment.domains)
        self._looked_at = -LOOK_EVERY

    def tick(self, preparing: Preparing) -> bool:
        """Stores a head's transaction if months were closed since the last one. Whether it did.

        Raises CannotKnow `months_forked`: a head that contradicts what is anchored is never signed.
        """
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = time.monotonic()
        with self._database.read() as conn:
            at = index.as_of(conn)
            closed = store.closed_months(conn)
            if at is None or at.trouble is not None or not closed:
                return False
            now = max(self._clock(), at.time)  # no block comes before the last one
            registers = self._registers.present(conn)
            organisation = closed[-1].closed_by
            anchored = registers.tree_heads.get((organisation, Stream.MONTHS))
            upto = anchored.size if anchored else 0
            key = signing_key(self._vault, organisation, registers, now)
            if upto == len(closed) or key is None:
                return False
            if anchors.is_one_on_its_way(conn, organisation, Stream.MONTHS):
                return False
        leaves = [month_work.stream_leaf(one.programme, one.month, one.root) for one in closed]
        if anchored is not None and (upto > len(leaves) or merkle.root(leaves[:upto]) != anchored.root):
            raise CannotKnow("months_forked")
        head = Head(organisation, key, Stream.MONTHS, len(leaves), merkle.root(leaves))
        self._heads.prepare(preparing, head, now)
        log.info("months.prepared", size=head.size)
        return True
