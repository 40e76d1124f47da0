"""Puts a delivery's lines beside what is known: new, said before, corrected, or taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from ledger.domain.seamless.lines import Fault, Line
from ledger.domain.seamless.manifest import month_of
from ledger.keys.signal_seal import SignalSeal
from ledger.store import signals


@dataclass(slots=True)
class Tally:
    """How many lines became what."""

    stored: int = 0
    corrected: int = 0
    retracted: int = 0
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)


def store(
    conn: Connection,
    seal: SignalSeal,
    lines: Sequence[tuple[Line, str]],
    *,
    batch_id: int,
    department: int,
    now: int,
    tally: Tally,
) -> None:
    """Stores lines with their subject ids, no two of them for the same person, kind and month.

    Of what stands the last day said counts, whether it is later or earlier: the department corrects itself.
    What an interrupted attempt of the same delivery stored is counted as if it were new.
    """
    slots = [seal.slot(who, department, line.kind, month_of(line.occurred_on)) for line, who in lines]
    standing = signals.open_by_slots(conn, slots)
    ended: list[int] = []
    rows: list[dict[str, Any]] = []
    for (line, subject_id), slot in zip(lines, slots, strict=True):
        known = standing.get(slot)
        if line.retracts:
            if known is None:
                tally.faults.append(
                    Fault(line.number, "signal.nothing_to_retract", line.reference, line.kind)
                )
            else:
                ended.append(known.id)
                tally.retracted += 1
            continue
        if known is not None and seal.open(slot, known.sealed)[1] == line.occurred_on:
            if known.batch_id == batch_id:
                tally.stored += 1
            else:
                tally.unchanged += 1
            continue
        if known is not None:
            ended.append(known.id)
            tally.corrected += 1
        tally.stored += 1
        rows.append(
            {
                "subject_id": subject_id,
                "batch_id": batch_id,
                "slot": slot,
                "month": month_of(line.occurred_on),
                "sealed": seal.seal(slot, line.kind, line.occurred_on, line.reference),
                "received_at": now,
            }
        )
    signals.end(conn, ended, now)
    signals.add(conn, rows)
