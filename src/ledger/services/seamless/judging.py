"""What the evidence comes to for a few hundred people at once. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.domain.programmes import Programme
from ledger.domain.seamless.evaluate import Evidence, Outcome, evaluate
from ledger.encoding.types import Timestamp, Word
from ledger.services.people import People, Person
from ledger.services.signals.keeping import Kept, KeptSignal
from ledger.services.standing import standing_certifications
from ledger.store import records, subjects


@dataclass(frozen=True, slots=True)
class Judged:
    """A person, the word that was judged, and what it came to."""

    person: Person
    tag: bytes
    word: Word
    outcome: Outcome
    signals: Sequence[KeptSignal] = field(repr=False)


def judge(
    conn: Connection,
    people: People,
    kept: Kept,
    *,
    programme: Programme,
    subject_ids: Collection[str],
    as_of: Timestamp,
) -> list[Judged]:
    """Everyone of `subject_ids` who has a tag in the programme, by the signals known at `as_of`."""
    rows = subjects.by_ids(conn, subject_ids)
    opened = people.open([row for row in rows.values() if row.state == "active"])
    born = people.birth_dates(conn, opened)
    tags = records.certification_tags(conn, programme.id, list(born))
    words = standing_certifications(conn, programme.id, list(tags.values()))
    signals = kept.read(conn, list(tags))
    judged = []
    for subject_id, tag in tags.items():
        own = signals.get(subject_id, [])
        evidence = Evidence(words[tag], born[subject_id], [one.signal for one in own])
        outcome = evaluate(evidence, programme, as_of)
        judged.append(Judged(opened[subject_id], tag, words[tag], outcome, own))
    return judged
