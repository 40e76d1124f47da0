"""Which lines of a delivery are taken: the right kinds and days, about people of whom we ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from ledger.domain import identity_number
from ledger.domain.programmes import Programme, months_before
from ledger.domain.seamless.lines import Fault, Line
from ledger.domain.seamless.manifest import Manifest, month_of
from ledger.errors import LedgerError
from ledger.services.people import People
from ledger.services.signals.asked import about_whom
from ledger.store import subjects

KEPT_MONTHS = 13
"""A signal is erased once its month is so long past."""


@dataclass(slots=True)
class Sorted:
    """A delivery's lines, sorted out."""

    taken: list[tuple[Line, str]] = field(default_factory=list)
    """With the subject id of each."""
    faults: list[Fault] = field(default_factory=list)
    not_asked: int = 0


def sort(
    conn: Connection,
    people: People,
    lines: Iterable[Line | Fault],
    *,
    department: int,
    manifest: Manifest,
    programme: Programme,
    agreed: Collection[str],
    now: int,
    today: date,
) -> Sorted:
    """Every line is taken, or a fault, or about somebody of whom nobody asked.

    Death-like kinds are taken about everyone, whatever their state.
    """
    result = Sorted()
    readable: list[Line] = []
    for line in lines:
        if isinstance(line, Fault):
            result.faults.append(line)
        elif code := _fault(line, manifest, programme, agreed, today):
            result.faults.append(Fault(line.number, code, line.reference, line.kind))
        else:
            readable.append(line)
    ids = _subject_ids(conn, people, department, readable)
    asked = about_whom(conn, programme, {one for one in ids.values() if one is not None}, now)
    said: dict[tuple[str, str, int], Line] = {}
    for line in readable:
        subject_id = ids[line.number]
        if subject_id is None:
            result.faults.append(Fault(line.number, "signal.person_unknown", line.reference, line.kind))
        elif not programme.seamless_rules.is_deathlike(line.kind) and subject_id not in asked:
            result.not_asked += 1
        elif said.setdefault((subject_id, line.kind, month_of(line.occurred_on)), line) is not line:
            result.faults.append(Fault(line.number, "signal.line_repeated", line.reference, line.kind))
        else:
            result.taken.append((line, subject_id))
    return result


def _fault(
    line: Line, manifest: Manifest, programme: Programme, agreed: Collection[str], today: date
) -> str | None:
    if line.kind not in programme.seamless_rules.by_code:
        return "signal.kind_unknown"
    if line.kind not in agreed:
        return "signal.kind_not_agreed"
    if line.occurred_on > today:
        return "signal.day_in_future"
    month = month_of(line.occurred_on)
    if month < month_of(months_before(today, KEPT_MONTHS)):
        return "signal.too_old"
    return None if manifest.first_month <= month <= manifest.last_month else "signal.outside_period"


def _subject_ids(
    conn: Connection, people: People, department: int, lines: Sequence[Line]
) -> Mapping[int, str | None]:
    """By line number; None where there is no such person for the department."""
    handles = subjects.ids_by_handle(conn, department, {one.handle for one in lines if one.handle})
    tokens: dict[str, bytes] = {}
    for number in {one.identity_number for one in lines if one.identity_number}:
        try:
            tokens[number] = people.token(identity_number.parse(number))
        except LedgerError:
            continue
    by_token = subjects.ids_by_token(conn, set(tokens.values()))
    found = {
        line.number: handles.get(line.handle)
        if line.handle
        else by_token.get(tokens.get(line.identity_number or "", b""))
        for line in lines
    }
    rows = subjects.by_ids(conn, {one for one in found.values() if one is not None})
    return {
        number: subject_id if subject_id is not None and rows[subject_id].state == "active" else None
        for number, subject_id in found.items()
    }
