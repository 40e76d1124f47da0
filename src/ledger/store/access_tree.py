"""The access log's Merkle tree, grown in the transaction that writes the entries.

One row holds the size and the roots of the whole subtrees, so growing costs O(log n); of the inner nodes
those of every fourth level are kept, one row for some fifteen leaves, so that a proof reads O(log n) rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, insert, select, update

from ledger.domain import merkle
from ledger.store.tables import access_log, access_nodes, access_tree

_HASH = 32
STEP = 4
"""Of how many levels one is kept."""
_LOCKED = select(access_tree).with_for_update()
_GROWN = update(access_tree)
_KEPT = insert(access_nodes)


def grow(conn: Connection, leaves: Sequence[bytes]) -> int:
    """Adds leaf hashes; the index of the first. Its row is locked to the end of the transaction."""
    row = conn.execute(_LOCKED).one()
    nodes: list[dict[str, object]] = []

    def completed(level: int, position: int, node: bytes) -> None:
        if level % STEP == 0:
            nodes.append({"level": level, "position": position, "hash": node})

    tree = merkle.Growing(row.size, _hashes(row.whole), completed)
    for leaf in leaves:
        tree.add(leaf)
    conn.execute(_GROWN, {"size": tree.size, "whole": b"".join(tree.whole)})
    if nodes:
        conn.execute(_KEPT, nodes)
    return int(row.size)


def head(conn: Connection) -> tuple[int, bytes]:
    """The tree's size and root now."""
    row = conn.execute(select(access_tree)).one()
    return row.size, merkle.Growing(row.size, _hashes(row.whole)).root


def root(conn: Connection, size: int) -> bytes:
    """The root of the tree's first `size` leaves."""
    return merkle.range_root(0, size, partial(_node, conn))


def inclusion(conn: Connection, index: int, size: int) -> list[bytes]:
    """The audit path of the leaf at `index` in the tree of the first `size`; 0 <= index < size <= the tree's
    size.
    """
    return [
        merkle.range_root(start, end, partial(_node, conn))
        for start, end in merkle.inclusion_ranges(index, size)
    ]


def consistency(conn: Connection, old_size: int, size: int) -> list[bytes]:
    """The proof that the tree of `size` starts with that of `old_size`; 0 <= old_size <= size."""
    return [
        merkle.range_root(start, end, partial(_node, conn))
        for start, end in merkle.consistency_ranges(old_size, size)
    ]


def _node(conn: Connection, level: int, position: int) -> bytes:
    """The root of a whole subtree, from the nodes of the kept level at or below its own."""
    above = level % STEP
    start, end = position << above, (position + 1) << above
    if level < STEP:
        query = select(access_log.c.leaf_hash).where(
            access_log.c.sequence > start, access_log.c.sequence <= end
        )
        hashes = conn.execute(query.order_by(access_log.c.sequence)).scalars().all()
    else:
        kept = access_nodes.c
        below = select(kept.hash).where(
            kept.level == level - above, kept.position >= start, kept.position < end
        )
        hashes = conn.execute(below.order_by(kept.position)).scalars().all()
    return merkle.root(hashes)


def _hashes(whole: bytes) -> list[bytes]:
    return [whole[at : at + _HASH] for at in range(0, len(whole), _HASH)]
