"""Transactions, failures, migrations and backups on the real databases."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.errors import CannotKnow, Misconfigured, Refused
from ledger.store import database as database_module
from ledger.store import properties
from ledger.store.backup import backup, restore
from ledger.store.database import Database
from ledger.store.hot import HotQuery, Reading
from ledger.store.migrate import head, migrate, require_present, version
from ledger.store.tables import metadata, user_communities
from ledger.store.tables import properties as properties_table


def test_migrations_from_empty_give_the_tables_as_declared(any_database: Database) -> None:
    with any_database.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        assert version(conn) == head()


def test_migrations_make_what_the_declarations_would(any_database: Database) -> None:
    """To the letter: autogeneration compares neither partial indexes nor checks."""
    with any_database.read() as conn:
        migrated = schema(conn)
    with any_database.write() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    with any_database.read() as conn:
        assert schema(conn) == migrated
    assert any("WHERE" in line for line in migrated)


def schema(conn: Connection) -> list[str]:
    """All that the database itself says of tables, indexes and constraints, but Alembic's own table."""
    if conn.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    else:
        query = """
            SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable,
                column_default, is_identity) FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
                FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        """
    rows = conn.exec_driver_sql(query).all()
    return sorted(f"{table}: {_letters(said)}" for table, said in rows if "alembic" not in table)


def _letters(said: str) -> str:
    """Columns and constraints as a set, since their order in SQLite's text may differ; and a table that a
    migration made anew has its name in quotes.
    """
    return ", ".join(sorted(" ".join(said.replace('"', "").strip(" )").split()).split(", ")))


def test_a_database_that_is_not_there_or_not_present_is_said_to_a_reader(
    any_database: Database, tmp_path: Path
) -> None:
    require_present(any_database)
    with any_database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Misconfigured, match="database_newer"):
        require_present(any_database)
    with pytest.raises(Misconfigured, match="database_missing"):
        require_present(Database(f"sqlite:///{tmp_path / 'nothing'}"))
    assert not (tmp_path / "nothing").exists()


def test_a_database_of_a_later_version_is_left_alone(any_database: Database) -> None:
    with any_database.write() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Misconfigured, match="database_newer"):
        migrate(any_database)


def test_what_raises_inside_a_transaction_leaves_nothing(any_database: Database) -> None:
    def fail() -> None:
        with any_database.write() as conn:
            properties.put(conn, "a", 1)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with any_database.read() as conn:
        assert properties.get(conn, "a") is None


def test_a_property_is_replaced(any_database: Database) -> None:
    for value in (1, {"b": [2]}):
        with any_database.write() as conn:
            properties.put(conn, "a", value)
    with any_database.read() as conn:
        assert properties.get(conn, "a") == {"b": [2]}


def test_a_reader_keeps_its_snapshot_and_holds_up_no_writer(any_database: Database) -> None:
    with any_database.read() as reader:
        assert properties.get(reader, "a") is None
        with any_database.write() as writer:
            properties.put(writer, "a", 1)
        assert properties.get(reader, "a") is None
    with any_database.read() as reader:
        assert properties.get(reader, "a") == 1


def test_a_reader_cannot_write(any_database: Database) -> None:
    with pytest.raises(Exception, match=r"read_only|read-only"), any_database.read() as conn:
        properties.put(conn, "a", 1)


def test_foreign_keys_hold(any_database: Database) -> None:
    with pytest.raises(IntegrityError), any_database.write() as conn:
        conn.execute(insert(user_communities).values(user_id="nobody", organisation_id=99))


def test_an_error_never_quotes_the_row(any_database: Database) -> None:
    with any_database.write() as conn:
        properties.put(conn, "a", 1)
    with pytest.raises(IntegrityError) as caught, any_database.write() as conn:
        conn.execute(insert(properties_table).values(name="a", value="a secret"))
    assert "a secret" not in str(caught.value)


def test_nested_transactions_are_a_fault_of_the_program(any_database: Database) -> None:
    with any_database.write(), pytest.raises(RuntimeError, match="already open"), any_database.write():
        pass


def test_writers_take_turns(any_database: Database) -> None:
    def count() -> None:
        for _ in range(20):
            with any_database.write() as conn:
                query = (
                    select(properties_table.c.value).where(properties_table.c.name == "n").with_for_update()
                )
                properties.put(conn, "n", conn.execute(query).scalar_one() + 1)

    with any_database.write() as conn:
        properties.put(conn, "n", 0)
    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with any_database.read() as conn:
        assert properties.get(conn, "n") == 80


def test_one_who_writes_without_pause_leaves_others_their_turn(database: Database) -> None:
    others = Database(database.url.render_as_string())  # as another process has it
    written: list[str] = []
    done = threading.Event()

    def write_on() -> None:
        while not done.is_set():
            with database.write():
                written.append("on")
                time.sleep(0.002)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for _ in range(20):
            with others.write():
                written.append("now and then")
    finally:
        done.set()
        writer.join()
        others.close()
    assert written.count("on") <= 3 * 20


def test_a_full_disk_is_said_and_leaves_nothing(database: Database) -> None:
    with database.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with database.write() as conn:
            properties.put(conn, "a", 1)
            properties.put(conn, "b", "x" * 1_000_000)

    with pytest.raises(CannotKnow, match="database_full"):
        fill()
    with database.read() as conn:
        assert properties.get(conn, "a") is None


def test_a_database_that_another_process_holds_is_busy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT", 0.1)
    second = Database(f"sqlite:///{database.url.database}")
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotKnow, match="database_busy"), second.write():
            pass
    with second.write() as conn:
        properties.put(conn, "a", 1)
    second.close()


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sqlite:////nowhere/at/all.sqlite", "database_unreachable"),
        ("postgresql://ledger@127.0.0.1:1/ledger", "database_unreachable"),
    ],
)
def test_a_database_out_of_reach_is_said(url: str, code: str) -> None:
    with pytest.raises(CannotKnow, match=code):
        migrate(Database(url))


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(Misconfigured, match="database_damaged"):
        migrate(Database(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def test_a_wrong_postgresql_password_is_not_shown(postgres_url: str) -> None:
    url = postgres_url.replace("ledger:", "ledger:hunter2")
    with pytest.raises(CannotKnow, match="database_unreachable") as caught:
        migrate(Database(url))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "mysql://x/y", "not a url"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(Misconfigured, match="database_url_invalid"):
        Database(url)


def test_a_backup_holds_one_moment_and_comes_back(database: Database, tmp_path: Path) -> None:
    with database.write() as conn:
        properties.put(conn, "a", 1)
    with database.write() as conn:
        properties.put(conn, "b", 1)
        backup(database, tmp_path / "copy")  # while a writer is at work
    with database.write() as conn:
        properties.put(conn, "a", 2)
    restore(tmp_path / "copy", database)
    with database.read() as conn:
        assert (properties.get(conn, "a"), properties.get(conn, "b")) == (1, None)
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


def test_a_torn_backup_is_refused_and_nothing_replaced(database: Database, tmp_path: Path) -> None:
    with database.write() as conn:
        properties.put(conn, "a", 1)
    backup(database, tmp_path / "copy")
    torn = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(torn[: len(torn) // 2])
    with pytest.raises(Misconfigured, match="database_damaged"):
        restore(tmp_path / "copy", database)
    with database.read() as conn:
        assert properties.get(conn, "a") == 1


def test_a_backup_of_postgresql_is_left_to_its_own_tools(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="backup_sqlite_only"):
        backup(Database(postgres_url), tmp_path / "copy")


def test_a_connection_lost_in_the_middle_is_said_by_hot_queries_too(postgres_url: str) -> None:
    database = Database(postgres_url)
    migrate(database)
    query = HotQuery(select(properties_table.c.value).where(properties_table.c.name == bindparam("name")))
    said: list[str] = []

    def ask() -> None:
        with database.read() as conn:
            reading = Reading(conn)
            assert reading.one(query, name="n") is None
            (process,) = conn.exec_driver_sql("SELECT pg_backend_pid()").one()
            with database.write() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({process})")
            try:
                reading.one(query, name="n")
            except CannotKnow as trouble:
                said.append(trouble.code)

    try:
        with pytest.raises(CannotKnow, match="database_unreachable"):
            ask()
        assert said == ["database_unreachable"]
        with database.read() as conn:
            assert Reading(conn).one(query, name="n") is None
    finally:
        database.close()
