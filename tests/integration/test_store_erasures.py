"""What erasure leaves in the database, on both databases."""

from __future__ import annotations

from sqlalchemy import insert, select

from ledger.store import erasures
from ledger.store.database import Database
from ledger.store.tables import (
    blind_index,
    handles,
    records,
    subject_facts,
    subjects,
)
from ledger.store.tables import (
    erasures as erasures_table,
)

OTHER, ERASED = "Sother", "Serased"


def fill(database: Database) -> None:
    """Two persons of whom the same is known."""
    with database.write() as conn:
        for number, subject_id in enumerate((OTHER, ERASED)):
            conn.execute(
                insert(subjects).values(
                    id=subject_id,
                    wrapped_key=b"wrapped",
                    community_id=1,
                    state="active",
                    created_at=1,
                    updated_at=1,
                )
            )
            conn.execute(
                insert(subject_facts).values(
                    subject_id=subject_id,
                    kind="name",
                    sealed=b"sealed",
                    valid_from=1,
                    recorded_at=1,
                    recorded_by="u",
                )
            )
            conn.execute(
                insert(records).values(
                    record_hash=bytes([number]) * 32,
                    subject_id=subject_id,
                    kind="consent",
                    sealed=b"sealed",
                    created_at=1,
                )
            )
            conn.execute(
                insert(blind_index).values(token=bytes([number]) * 32, subject_id=subject_id, created_at=1)
            )
            conn.execute(
                insert(handles).values(
                    handle=f"H{number}", organisation_id=1, subject_id=subject_id, rotation=0, created_at=1
                )
            )
            erasures.add(
                conn,
                {
                    "id": f"e{number}",
                    "subject_id": subject_id,
                    "reason": "law",
                    "requested_at": 1,
                    "requested_by": "u",
                    "requesting_organisation": 1,
                    "retain_until": 10,
                },
            )


def test_one_person_goes_and_the_other_stays(any_database: Database) -> None:
    fill(any_database)
    with any_database.write() as conn:
        assert erasures.organisations_with_handles(conn, ERASED) == [1]
        for _ in range(2):  # again changes nothing
            erasures.purge(conn, ERASED, 20)
    with any_database.read() as conn:
        for table in (subject_facts, blind_index, handles):
            assert set(conn.execute(select(table.c.subject_id)).scalars()) == {OTHER}
        sealed = {row.subject_id: row.sealed for row in conn.execute(select(records))}
        assert sealed == {OTHER: b"sealed", ERASED: b""}
        states = {row.id: (row.state, row.wrapped_key) for row in conn.execute(select(subjects))}
        assert states == {OTHER: ("active", b"wrapped"), ERASED: ("erased", b"")}


def test_only_what_is_confirmed_and_whose_time_has_come_is_due(any_database: Database) -> None:
    fill(any_database)
    with any_database.write() as conn:
        erasures.change(conn, "e1", confirmed_at=5, confirming_organisation=2)
        erasures.lock(conn, ERASED, 5)
        assert [row["id"] for row in erasures.due(conn, 9)] == []
        assert [row["id"] for row in erasures.due(conn, 10)] == ["e1"]
        erasures.purge(conn, ERASED, 10)
        assert [row["id"] for row in erasures.due(conn, 11)] == []
        assert conn.execute(select(erasures_table.c.id)).scalars().all() == ["e0", "e1"]
