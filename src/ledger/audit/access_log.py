"""Step 14: the access log is whole: each leaf is its row's, none is missing, and it is what was anchored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.chain.headers import Header
from ledger.domain.codes import Stream
from ledger.domain.events import Event, TreeHeadAnchored
from ledger.domain.merkle import Growing
from ledger.domain.state import LedgerState
from ledger.store import access_tree, tables
from ledger.store.access_log import entry_of
from ledger.store.tables import access_log

_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Anchored:
    """A head of the log as the chain has it, and the block that it is in, if that was replayed."""

    organisation: int
    size: int
    root: bytes
    block: int | None


class AnchoredHeads:
    """An `Observer` that gathers the anchored heads of all access logs."""

    def __init__(self) -> None:
        self.heads: list[Anchored] = []

    def with_last(self, state: LedgerState) -> list[Anchored]:
        """Those seen, and where a replay began after it, the last of each log."""
        last = [
            Anchored(organisation, head.size, head.root, None)
            for (organisation, stream), head in state.tree_heads.items()
            if stream == Stream.ACCESS_LOG
        ]
        seen = {(head.organisation, head.size) for head in self.heads}
        return self.heads + [head for head in last if (head.organisation, head.size) not in seen]

    def before(self, event: Event, _: LedgerState) -> None:
        """See `Observer.before`."""
        if isinstance(event, TreeHeadAnchored) and event.stream == Stream.ACCESS_LOG:
            block = event.position.block_number
            self.heads.append(Anchored(event.organisation, event.size, event.root, block))

    def after(self, event: Event, _: LedgerState) -> None:
        """See `Observer.after`."""

    def end(self, headers: Sequence[Header], *, judged: bool) -> None:
        """See `Observer.end`."""

    def kept(self) -> list[list[Any]]:
        """See `Observer.kept`."""
        return [[head.organisation, head.size, head.root.hex(), head.block] for head in self.heads]

    def go_on(self, kept: list[list[Any]]) -> None:
        """See `Observer.go_on`."""
        self.heads = [
            Anchored(organisation, size, bytes.fromhex(root), block)
            for organisation, size, root, block in kept
        ]


def check(conn: Connection, heads: Sequence[Anchored], findings: Findings) -> int:
    """Checks the log against itself and against what its service's organisation anchored; returns its size.

    A service anchors under one organisation; where several have such a stream, that is the one highest in the
    hierarchy, which has the lowest number.
    """
    ours = min((head.organisation for head in heads), default=0)
    pending = sorted((head for head in heads if head.organisation == ours), key=lambda head: head.size)
    nodes: dict[tuple[int, int], bytes] = {}

    def keep(level: int, position: int, node: bytes) -> None:
        if level % access_tree.STEP == 0:
            nodes[level, position] = node

    tree = Growing(completed=keep)
    found_before = len(findings)
    previous = 0
    altered = False
    rows = conn.execution_options(yield_per=_AT_ONCE).execute(
        select(access_log).order_by(access_log.c.sequence)
    )
    for row in rows.mappings():
        number = row["sequence"]
        where = Where(contract=access_log.name, entry=number)
        if number != previous + 1:
            _find(findings, Code.ACCESS_LOG_GAP, where, f"entry {number}", f"entry {previous + 1}")
            altered = True
        previous = number
        leaf = entry_of(row).leaf()
        if leaf != row["leaf_hash"]:
            _find(findings, Code.ACCESS_LOG_ALTERED, where, shown(leaf), shown(row["leaf_hash"]))
            altered = True
        tree.add(leaf)
        while pending and pending[0].size == tree.size:
            head = pending.pop(0)
            if tree.root != head.root and not altered:
                at = Where(contract=access_log.name, block=head.block, entry=head.size)
                _find(findings, Code.ACCESS_LOG_ROOT_DIFFERS, at, shown(tree.root), shown(head.root))
    if pending and not altered:
        head = pending[-1]
        at = Where(contract=access_log.name, block=head.block)
        _find(findings, Code.ACCESS_LOG_SHORT, at, f"{tree.size} entries", f"{head.size} entries")
    if len(findings) == found_before:
        _check_tree(conn, tree, nodes, findings)
    return tree.size


def _check_tree(
    conn: Connection, tree: Growing, nodes: dict[tuple[int, int], bytes], findings: Findings
) -> None:
    """Whether the tree that the service keeps, and makes heads and proofs from, is that of the entries."""
    where = Where(contract=tables.access_tree.name)
    kept = conn.execute(select(tables.access_tree)).one_or_none()
    got = (0, b"") if kept is None else (kept.size, kept.whole)
    expected = (tree.size, b"".join(tree.whole))
    if got != expected:
        shown_got, shown_expected = (f"{size} leaves, {shown(whole)}" for size, whole in (got, expected))
        return _find(findings, Code.ACCESS_TREE_DIFFERS, where, shown_got, shown_expected)
    for row in conn.execute(select(tables.access_nodes)):
        if (node := nodes.pop((row.level, row.position), None)) != row.hash:
            at = Where(contract=tables.access_nodes.name, entry=row.position)
            calculated = "nothing" if node is None else shown(node)
            _find(findings, Code.ACCESS_TREE_DIFFERS, at, shown(row.hash), calculated)
    for (_, position), node in nodes.items():
        at = Where(contract=tables.access_nodes.name, entry=position)
        _find(findings, Code.ACCESS_TREE_DIFFERS, at, "no row", shown(node))
    return None


def _find(findings: Findings, code: Code, where: Where, got: str, expected: str) -> None:
    findings.add(Finding(code, where, got, expected))
