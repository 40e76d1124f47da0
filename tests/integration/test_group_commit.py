"""Answers are given once their log entries are durable, many to one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import wait

import pytest
from sqlalchemy import bindparam, event, select

from ledger.errors import CannotKnow, Forbidden
from ledger.store import access_log, properties
from ledger.store.access_log import Entry
from ledger.store.database import Database
from ledger.store.group_commit import GroupCommit
from ledger.store.hot import HotQuery, Reading, from_json
from ledger.store.tables import properties as properties_table

VALUE = HotQuery(select(properties_table.c.value).where(properties_table.c.name == bindparam("name")))


@pytest.fixture
def group(any_database: Database) -> Iterator[GroupCommit]:
    opened = GroupCommit(any_database)
    yield opened
    opened.close()


def entry(outcome: str) -> Entry:
    return Entry(at=1.5, actor="u1", organisation_id=1, subject_id=None, action="test", outcome=outcome)


def logged(database: Database) -> list[str]:
    with database.read() as conn:
        return [row["outcome"] for row in access_log.page(conn, subject_id=None, before=None, limit=100)]


def test_what_an_answer_rests_on_is_read_where_its_entry_is_written(
    any_database: Database, group: GroupCommit
) -> None:
    with any_database.write() as conn:
        properties.put(conn, "colour", {"is": "red"})

    def work(reading: Reading) -> tuple[str, Entry]:
        row = reading.one(VALUE, name="colour")
        assert row is not None
        assert reading.one(VALUE, name="shape") is None
        colour: str = from_json(row[0])["is"]
        return colour, entry(colour)

    assert group.submit(work).result() == "red"
    assert logged(any_database) == ["red"]


def test_those_that_wait_share_one_transaction(any_database: Database, group: GroupCommit) -> None:
    begun = threading.Event()
    going_on = threading.Event()
    commits = []
    event.listen(any_database._writer, "commit", commits.append)

    def first(_: Reading) -> tuple[int, Entry]:
        begun.set()
        assert going_on.wait(10)
        return 0, entry("0")

    futures = [group.submit(first)]
    assert begun.wait(10)
    futures += [group.submit(lambda _, n=n: (n, entry(str(n)))) for n in range(1, 20)]
    going_on.set()
    assert [future.result() for future in futures] == list(range(20))
    assert len(commits) == 2
    assert logged(any_database) == [str(n) for n in reversed(range(20))]


def test_one_that_fails_has_no_entry_and_harms_no_other(any_database: Database, group: GroupCommit) -> None:
    def failing(_: Reading) -> tuple[int, Entry]:
        raise Forbidden("not_yours")

    futures = [group.submit(failing), group.submit(lambda _: (1, entry("given")))]
    wait(futures)
    with pytest.raises(Forbidden):
        futures[0].result()
    assert futures[1].result() == 1
    assert logged(any_database) == ["given"]


def test_nobody_has_an_answer_that_could_not_be_logged(
    any_database: Database, group: GroupCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise CannotKnow("database_full")

    with monkeypatch.context() as patched:
        patched.setattr(access_log, "append", full)
        with pytest.raises(CannotKnow, match="database_full"):
            group.submit(lambda _: (1, entry("lost"))).result()
    assert group.submit(lambda _: (2, entry("given"))).result() == 2
    assert logged(any_database) == ["given"]


def test_what_waits_when_it_closes_is_still_answered(any_database: Database) -> None:
    group = GroupCommit(any_database)
    future = group.submit(lambda _: (1, entry("last")))
    group.close()
    assert future.result(0) == 1
