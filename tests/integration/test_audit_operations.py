"""`ledger audit operations` beside a running relay, and on databases written past the service."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ledger.cli.app import app
from ledger.store.database import Database
from tests.relay import Relay, certify


def audit(database: Database, *options: str) -> Result:
    url = database.url.render_as_string(hide_password=False)
    return CliRunner().invoke(
        app, ["--lang", "en", "audit", "operations", *options], env={"LEDGER_DATABASE_URL": url}
    )


def record(relay: Relay, count: int) -> list[str]:
    items = [(subject, secrets.token_bytes(32), certify()) for subject in relay.subjects(count)]
    return relay.accept_many(items)


def test_a_clean_trace_says_where_everything_stands(relay: Relay) -> None:
    record(relay, 3)
    relay.settle()
    record(relay, 2)
    relay.submitter.form()
    said = audit(relay.database, "--json")
    assert said.exit_code == 0, said.output
    result = json.loads(said.stdout)
    assert (result["verdict"], result["operations"], result["states"]) == (
        "clean",
        5,
        {"final": 3, "batched": 2},
    )
    assert "clean" in audit(relay.database).stdout


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("UPDATE operations SET state = 'accepted', batch_id = NULL", "state_differs"),
        ("UPDATE operations SET revision = 9", "record_differs"),
        ("DELETE FROM word_history", "record_missing"),
        ("DELETE FROM operation_trace WHERE state = 'prepared'", "transition_not_allowed"),
    ],
)
def test_what_was_written_past_the_service_is_found(
    database: Database, relay: Relay, written: str, code: str
) -> None:
    other = Relay(database, relay.deployed)
    record(other, 2)
    other.settle()
    with database.write() as conn:
        conn.exec_driver_sql(written)
    said = audit(database, "--json")
    assert said.exit_code == 1
    assert code in {cause["code"] for cause in json.loads(said.stdout)["causes"]}
    assert code in audit(database).stdout


def test_a_home_without_a_database_is_said_and_none_is_made(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["--lang", "en", "audit", "operations", "--home", str(tmp_path)])
    assert said.exit_code != 0
    assert not list(tmp_path.iterdir())
