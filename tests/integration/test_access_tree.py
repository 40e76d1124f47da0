"""The access log's tree as the database keeps it, against the same tree over all leaves."""

from __future__ import annotations

import threading
from random import Random

import pytest
from sqlalchemy import func, select

from ledger.domain import merkle
from ledger.domain.access.entry import SALT_SIZE, Entry
from ledger.store import access_log, access_tree
from ledger.store.database import Database
from ledger.store.tables import access_nodes


def entry(number: int) -> Entry:
    """An entry unlike any of another number."""
    return Entry(
        at=1_800_000_000.5 + number,
        actor=f"u{number % 7}",
        organisation_id=3,
        subject_id=None if number % 5 == 0 else f"s{number}",
        action="decision",
        purpose="home-care",
        outcome="DENY:no_basis",
        detail={"receipt_id": f"r{number}"},
        secret_until=None,
        salt=number.to_bytes(SALT_SIZE, "big"),
    )


def test_the_stored_tree_is_the_tree_of_all_entries(any_database: Database) -> None:
    random, leaves = Random(6962), list[bytes]()
    while len(leaves) < 700:
        group = [entry(len(leaves) + offset) for offset in range(random.choice([1, 2, 3, 17, 90]))]
        with any_database.write() as conn:
            assert access_log.append(conn, group) == len(leaves)
        leaves += [one.leaf() for one in group]
    with any_database.read() as conn:
        assert access_tree.head(conn) == (len(leaves), merkle.root(leaves))
        kept = conn.execute(select(func.count()).select_from(access_nodes)).scalar_one()
        assert kept < len(leaves) / 14
        for size in {0, 1, 2, 16, 255, 256, 257, 300, len(leaves)}:
            assert access_tree.root(conn, size) == merkle.root(leaves[:size])
        for _ in range(40):
            size = random.randint(1, len(leaves))
            index, old = random.randrange(size), random.randint(0, size)
            assert access_tree.inclusion(conn, index, size) == merkle.inclusion_proof(leaves[:size], index)
            assert access_tree.consistency(conn, old, size) == merkle.consistency_proof(leaves[:size], old)
            assert access_log.index_of(conn, leaves[index]) == index


def test_an_entry_undone_with_its_transaction_leaves_no_gap(any_database: Database) -> None:
    def fail() -> None:
        with any_database.write() as conn:
            access_log.append(conn, [entry(0)])
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with any_database.write() as conn:
        assert access_log.append(conn, [entry(1)]) == 0


def test_writers_at_once_take_turns_at_the_tree(any_database: Database) -> None:
    def write(start: int) -> None:
        for offset in range(10):
            with any_database.write() as conn:
                access_log.append(conn, [entry(start + offset)])

    threads = [threading.Thread(target=write, args=(start,)) for start in (0, 100, 200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_database.read() as conn:
        rows = access_log.page(conn, subject_id=None, before=None, limit=100)
        assert [row["sequence"] for row in rows] == list(range(30, 0, -1))
        leaves = [row["leaf_hash"] for row in reversed(rows)]
        assert [access_log.entry_of(row).leaf() for row in reversed(rows)] == leaves
        assert access_tree.head(conn) == (30, merkle.root(leaves))
