"""The access log's tree, for whoever checks that an entry is in it and that nothing was taken out."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.errors import BadInput, CannotKnow, NotFound
from ledger.relay.anchoring import Anchored, anchored, signer_of
from ledger.relay.registers import Registers
from ledger.services.context import Context
from ledger.store import access_log, access_tree


@dataclass(frozen=True, slots=True)
class TreeView:
    """The tree now, and its last anchored head. Roots are hex with 0x, times unix seconds."""

    organisation: int
    """Under whose number it is anchored."""
    size: int
    root: str
    anchored_size: int
    anchored_root: str | None
    anchored_at: int | None
    waiting_since: float | None
    """When the oldest entry was written that is not anchored."""


@dataclass(frozen=True, slots=True)
class InclusionView:
    """The audit path (RFC 6962, section 2.1.1) of an entry in the tree of `size` entries."""

    organisation: int
    index: int
    size: int
    root: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsistencyView:
    """The proof (RFC 6962, section 2.1.2) that the tree of `second` entries begins with that of `first`."""

    first: int
    second: int
    first_root: str
    second_root: str
    path: tuple[str, ...]


class AccessProofs:
    """Open to everybody: hashes alone say nothing about anyone."""

    def __init__(self, context: Context, registers: Registers) -> None:
        self._context = context
        self._registers = registers

    def tree(self) -> TreeView:
        """The tree as it is now."""
        with self._context.database.read() as conn:
            organisation, found = self._anchored(conn)
        return TreeView(
            organisation=organisation,
            size=found.size,
            root=_hex(found.root),
            anchored_size=found.head.size if found.head else 0,
            anchored_root=_hex(found.head.root) if found.head else None,
            anchored_at=found.head.recorded_at if found.head else None,
            waiting_since=found.waiting_since,
        )

    def inclusion(self, leaf: bytes, size: int | None = None) -> InclusionView:
        """Where the entry with this leaf hash is, in the tree of `size` entries: by default the one anchored
        last.

        Raises NotFound `access_log.leaf_unknown`; CannotKnow `access_log.not_anchored` if the entry is in no
        anchored tree yet; BadInput `access_log.size_out_of_range`.
        """
        with self._context.database.read() as conn:
            organisation, found = self._anchored(conn)
            index = access_log.index_of(conn, leaf)
            if index is None:
                raise NotFound("access_log.leaf_unknown")
            if size is None:
                size = found.head.size if found.head else 0
                if index >= size:
                    raise CannotKnow("access_log.not_anchored", index=index, size=size)
            if not index < size <= found.size:
                raise BadInput("access_log.size_out_of_range", got=size, first=index + 1, last=found.size)
            path = access_tree.inclusion(conn, index, size)
            root = access_tree.root(conn, size)
        return InclusionView(organisation, index, size, _hex(root), tuple(map(_hex, path)))

    def consistency(self, first: int, second: int) -> ConsistencyView:
        """That nothing was taken out or changed between two sizes. Raises BadInput
        `access_log.size_out_of_range`.
        """
        with self._context.database.read() as conn:
            size, _ = access_tree.head(conn)
            if not 0 <= first <= second <= size:
                raise BadInput("access_log.size_out_of_range", got=second, first=first, last=size)
            path = access_tree.consistency(conn, first, second)
            roots = access_tree.root(conn, first), access_tree.root(conn, second)
        return ConsistencyView(first, second, _hex(roots[0]), _hex(roots[1]), tuple(map(_hex, path)))

    def require_anchoring(self, conn: Connection) -> None:
        """What every release of data asks first. Raises CannotKnow `access_log_forked`, and
        `anchoring_overdue` if the oldest entry has waited longer than the installation allows.
        """
        _, found = self._anchored(conn)
        if not found.is_continued:
            raise CannotKnow("access_log_forked")
        waited = self._context.clock() - found.waiting_since if found.waiting_since is not None else 0
        patience = self._context.settings.anchor_patience
        if waited > patience:
            raise CannotKnow("anchoring_overdue", seconds=int(waited), expected=int(patience))

    def _anchored(self, conn: Connection) -> tuple[int, Anchored]:
        registers = self._registers.present(conn)
        signer = signer_of(registers, self._context.vault, self._context.clock())
        organisation = signer[0] if signer else 0
        return organisation, anchored(conn, registers, organisation)


def _hex(value: bytes) -> str:
    return "0x" + value.hex()
