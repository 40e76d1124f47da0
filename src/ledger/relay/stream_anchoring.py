"""Anchors a tree whose leaves are few: signs its head whenever it has grown."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from ledger.chain.deployment import Deployment
from ledger.domain import merkle
from ledger.errors import CannotKnow
from ledger.keys.vault import Vault
from ledger.relay.preparing import Preparing
from ledger.relay.registers import Registers
from ledger.relay.signing import signing_key
from ledger.relay.streams import AnchoredStream
from ledger.relay.tree_heads import Head, TreeHeads
from ledger.store import anchors, index
from ledger.store.database import Database

log = structlog.get_logger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks."""


class StreamAnchoring:
    """One look per `tick`. Used by the submitter's thread."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        deployment: Deployment,
        anchored: AnchoredStream,
        *,
        deadline: int,
        clock: Callable[[], float],
    ) -> None:
        """`deadline`: seconds that a signed head may be recorded."""
        self._database = database
        self._vault = vault
        self._heads = TreeHeads(vault, deployment, deadline=deadline)
        self._anchored = anchored
        self._clock = clock
        self._registers = Registers(deployment.domains)
        self._looked_at = -LOOK_EVERY

    def tick(self, preparing: Preparing) -> bool:
        """Stores a head's transaction if the tree has grown since the last one. Whether it did.

        Raises CannotKnow with the stream's code: a head that contradicts what is anchored is never signed.
        """
        if time.monotonic() - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = time.monotonic()
        stream = self._anchored.stream
        with self._database.read() as conn:
            at = index.as_of(conn)
            standing = self._anchored.standing(conn)
            if at is None or at.trouble is not None or standing is None:
                return False
            now = max(self._clock(), at.time)  # no block comes before the last one
            registers = self._registers.present(conn)
            last = registers.tree_heads.get((standing.organisation, stream))
            upto = last.size if last else 0
            key = signing_key(self._vault, standing.organisation, registers, now)
            if upto == standing.size or key is None:
                return False
            if anchors.is_one_on_its_way(conn, standing.organisation, stream):
                return False
            leaves = self._anchored.leaves(conn)
        if last is not None and (upto > len(leaves) or merkle.root(leaves[:upto]) != last.root):
            raise CannotKnow(self._anchored.forked)
        head = Head(standing.organisation, key, stream, len(leaves), merkle.root(leaves))
        self._heads.prepare(preparing, head, now)
        log.info("stream.prepared", stream=stream.name.lower(), size=head.size)
        return True
