"""The trees besides the access log whose heads are anchored: who signs them, and what their leaves are.

| stream | signed by | leaves |
|---|---|---|
| MONTHS | civil affairs, who closed the last month | the closed months, in the order of their closing |
| SIGNALS | the seamless engine, which they are for | departments' deliveries, in the order of acceptance |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import month_work
from ledger.domain.codes import Stream
from ledger.domain.seamless.manifest import stream_leaf
from ledger.store import months, organisations, signal_batches


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose a stream is, and how many leaves it has."""

    organisation: int
    size: int


@dataclass(frozen=True, slots=True)
class AnchoredStream:
    """A tree to be anchored. `forked` is the error for one that contradicts what is anchored."""

    stream: Stream
    forked: str
    standing: Callable[[Connection], Standing | None]
    """None while there is nothing to anchor"""
    leaves: Callable[[Connection], list[bytes]]
    """Leaf hashes, in order"""


def _months_standing(conn: Connection) -> Standing | None:
    closed = months.closed_months(conn)
    return Standing(closed[-1].closed_by, len(closed)) if closed else None


def _month_leaves(conn: Connection) -> list[bytes]:
    return [month_work.stream_leaf(one.programme, one.month, one.root) for one in months.closed_months(conn)]


def _signals_standing(conn: Connection) -> Standing | None:
    size = signal_batches.accepted_count(conn)
    engine = organisations.only_active(conn, "engine")
    return Standing(engine, size) if size and engine is not None else None


def _signal_leaves(conn: Connection) -> list[bytes]:
    return [stream_leaf(row.digest, row.signature) for row in signal_batches.accepted(conn)]


MONTHS = AnchoredStream(Stream.MONTHS, "months_forked", _months_standing, _month_leaves)
SIGNALS = AnchoredStream(Stream.SIGNALS, "signal.forked", _signals_standing, _signal_leaves)
