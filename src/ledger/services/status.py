"""What the service says about itself: its health and the deployment it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.chain.nodes import NodeHealth
from ledger.errors import LedgerError
from ledger.services.answers import AsOfView
from ledger.services.context import Context
from ledger.services.verdicts import Verdicts
from ledger.store import index, operations


@dataclass(frozen=True, slots=True)
class Health:
    """Whether answers can be relied on now."""

    ready: bool
    trouble: str | None
    """Message code of what is wrong, if anything."""
    as_of: AsOfView | None
    head: int
    """The node's head when it last answered."""
    checked_seconds_ago: float
    waiting: int
    """Operations accepted and not final."""
    nodes: Sequence[NodeHealth] = ()
    """How each of several nodes is, and why one is left out."""


class Status:
    """The use cases of asking the service about itself."""

    def __init__(self, context: Context, verdicts: Verdicts, deployment: Deployment, engine: Engine) -> None:
        self._context = context
        self._verdicts = verdicts
        self._deployment = deployment
        self._engine = engine

    def health(self) -> Health:
        """Health now. A database out of reach is an answer as well, not an error."""
        try:
            with self._context.database.read() as conn:
                trouble = self._verdicts.doubt(conn)
                as_of = index.as_of(conn)
                waiting = operations.waiting(conn)
        except LedgerError as error:
            return Health(False, error.code, None, 0, 0.0, 0, self._engine.nodes())
        return Health(
            ready=trouble is None,
            trouble=trouble,
            as_of=AsOfView.of(as_of),
            head=as_of.head if as_of else 0,
            checked_seconds_ago=max(0.0, self._context.clock() - as_of.checked_at) if as_of else 0.0,
            waiting=waiting,
            nodes=self._engine.nodes(),
        )

    def deployment(self) -> dict[str, Any]:
        """The public deployment description, as `deployment.json` holds it."""
        return self._deployment.model_dump(mode="json")
