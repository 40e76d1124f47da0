"""The PostgreSQL that other tests stand on is one, and each test has a database of its own."""

from __future__ import annotations

from sqlalchemy import create_engine, text


def test_a_test_database_starts_empty_and_takes_chinese_text(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
        connection.execute(text("CREATE TABLE elders (name text)"))
        connection.execute(text("INSERT INTO elders VALUES ('欧阳·䶮')"))
        assert connection.scalar(text("SELECT char_length(name) FROM elders")) == 4
    engine.dispose()
