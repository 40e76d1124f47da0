"""A process that ends between two steps: the next one carries on, and every record is there exactly once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from ledger.errors import Misconfigured
from ledger.keys.vault import RELAYER
from ledger.store import index, transactions
from ledger.store.backup import backup, restore
from ledger.store.database import Database
from ledger.store.tables import nonces, operation_trace
from ledger.store.tables import transactions as transactions_table
from tests.chain import PROGRAMME, DeployedChain
from tests.relay import Relay, certify


def _send_without_noting_it(relay: Relay) -> None:
    relay.submitter.form()
    relay.submitter.sign()
    relay.submitter.prepare()
    with relay.database.read() as conn:
        for one in transactions.unmined(conn):
            relay.deployed.engine.rpc.call("eth_sendRawTransaction", "0x" + one.raw.hex())


def _steps(count: int) -> Callable[[Relay], None]:
    def run(relay: Relay) -> None:
        for step in (
            relay.submitter.form,
            relay.submitter.sign,
            relay.submitter.prepare,
            relay.submitter.send,
        )[:count]:
            step()

    return run


def _seal_without_noting_it(relay: Relay) -> None:
    _send_without_noting_it(relay)
    relay.deployed.engine.seal()


def _follow_without_noting_it(relay: Relay) -> None:
    _seal_without_noting_it(relay)
    relay.follow()


@pytest.mark.parametrize(
    "until",
    [
        pytest.param(_steps(0), id="accepted"),
        pytest.param(_steps(1), id="batched"),
        pytest.param(_steps(2), id="signed"),
        pytest.param(_steps(3), id="prepared"),
        pytest.param(_send_without_noting_it, id="sent-but-not-noted"),
        pytest.param(_seal_without_noting_it, id="mined-but-not-noted"),
        pytest.param(_follow_without_noting_it, id="included-but-not-noted"),
        pytest.param(_steps(4), id="sent"),
    ],
)
def test_after_a_crash_every_record_is_there_exactly_once(
    relay: Relay, until: Callable[[Relay], None]
) -> None:
    tags = [secrets.token_bytes(32) for _ in range(5)]
    subjects = relay.subjects(5)
    done = relay.accept_many([(s, tag, certify()) for s, tag in zip(subjects, tags, strict=True)])
    until(relay)
    restarted = Relay(relay.database, relay.deployed)
    restarted.settle()
    with relay.database.read() as conn:
        histories = [index.history(conn, PROGRAMME, tag) for tag in tags]
        sent = conn.execute(select(transactions_table.c.state)).scalars().all()
    rows = [restarted.operation(one) for one in done]
    assert [row.state for row in rows] == ["final"] * 5
    assert [[revision.record_hash for revision in history] for history in histories] == [
        [row.record_hash] for row in rows
    ]
    assert sent == ["mined"]


def test_every_step_leaves_its_trace(relay: Relay) -> None:
    relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    relay.settle()
    with relay.database.read() as conn:
        trace = conn.execute(select(operation_trace.c.state).order_by(operation_trace.c.id)).scalars().all()
    assert trace == ["batched", "signed", "prepared", "sent", "included", "final"]


@dataclass(frozen=True)
class LastNight:
    """A backup by each database's own means: our copy of SQLite's file, PostgreSQL's copy of a database."""

    database: Database
    copy: Path

    def keep(self) -> None:
        if self.database.is_sqlite:
            backup(self.database, self.copy)
        else:
            self._copy(self._name, self._name + "_kept")

    def put_back(self) -> None:
        if self.database.is_sqlite:
            restore(self.copy, self.database)
        else:
            self._copy(self._name + "_kept", self._name)

    @property
    def _name(self) -> str:
        name = self.database.url.database
        assert name
        return name

    def _copy(self, source: str, target: str) -> None:
        self.database.close()
        server = create_engine(self.database.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with server.connect() as conn:
            conn.exec_driver_sql(f'DROP DATABASE IF EXISTS "{target}"')
            conn.exec_driver_sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        server.dispose()


@pytest.fixture
def last_night(relay: Relay, tmp_path: Path) -> LastNight:
    return LastNight(relay.database, tmp_path / "copy")


def test_last_nights_backup_catches_up_and_records_nothing_twice(relay: Relay, last_night: LastNight) -> None:
    """It holds the operation as accepted, and knows nothing of what has become of it since."""
    tag = secrets.token_bytes(32)
    subject = relay.subject()
    known = relay.accept(subject, tag, certify())
    last_night.keep()
    relay.settle()
    unknown = relay.accept(subject, tag, certify())
    relay.settle()
    lost = relay.operation(unknown).record_hash
    last_night.put_back()
    assert relay.states() == {"accepted": 1}
    restored = Relay(relay.database, relay.deployed)
    restored.settle()
    row = restored.operation(known)
    assert (row.state, row.revision) == ("final", 1)
    again = restored.accept(subject, tag, certify())
    restored.settle()
    with relay.database.read() as conn:
        history = index.history(conn, PROGRAMME, tag)
    assert [revision.record_hash for revision in history] == [
        row.record_hash, lost, restored.operation(again).record_hash
    ]  # fmt: skip


def test_a_nonce_that_went_to_another_transaction_sends_the_batch_in_a_new_one(
    relay: Relay, deployed: DeployedChain
) -> None:
    lost = relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    relay.submitter.form()
    relay.submitter.sign()
    relay.submitter.prepare()
    with relay.database.read() as conn:
        (stored,) = transactions.unmined(conn)
    with relay.database.write() as conn:  # a transaction of which this database knows nothing takes the nonce
        conn.exec_driver_sql("UPDATE nonces SET next = next - 1")
    other = Relay(relay.database, deployed)
    taken = other.accept(other.subject(), secrets.token_bytes(32), certify())
    other.submitter.form()
    other.submitter.sign()
    other.submitter.prepare()
    with relay.database.read() as conn:
        rival = next(one for one in transactions.unmined(conn) if one.hash != stored.hash)
    assert rival.nonce == stored.nonce
    deployed.engine.rpc.call("eth_sendRawTransaction", "0x" + rival.raw.hex())
    deployed.engine.seal()
    other.follow()
    other.settle(rounds=60)
    assert [other.operation(one).state for one in (lost, taken)] == ["final", "final"]
    with relay.database.read() as conn:
        states = conn.execute(select(transactions_table.c.state)).scalars().all()
    assert sorted(states) == ["dropped", "mined", "mined"]


@pytest.mark.parametrize("stored", [True, False])
def test_a_gap_in_nonces_is_filled(relay: Relay, *, stored: bool) -> None:
    """By what was stored under the nonce, as after the other that had taken it was undone; or by nothing."""
    sender = relay.deployed.vault.address(RELAYER)
    rpc = relay.deployed.engine.rpc
    mined = int(rpc.call("eth_getTransactionCount", sender, "latest"), 16)
    if stored:
        relay.accept(relay.subject(), secrets.token_bytes(32), certify())
        relay.submitter.form()
        relay.submitter.sign()
        relay.submitter.prepare()
        with relay.database.write() as conn:
            (waiting,) = transactions.unmined(conn)
            transactions.mark_sent(conn, [waiting.hash], time.time())
            transactions.release(conn, waiting.hash, "dropped", time.time())
    else:
        with relay.database.write() as conn:
            transactions.take_over(conn, sender)
            conn.execute(update(nonces).where(nonces.c.sender == sender).values(next=mined + 2))
    operation = relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    relay.settle()
    assert relay.operation(operation).state == "final"
    assert int(rpc.call("eth_getTransactionCount", sender, "latest"), 16) == mined + (2 if stored else 3)


def test_a_submitter_that_lost_its_place_prepares_nothing(relay: Relay) -> None:
    relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    with relay.database.write() as conn:
        version = transactions.take_over(conn, "0xsender")
        nonce = transactions.next_nonce(conn, "0xsender", at_least=7)
    assert (nonce, version) == (7, 0)
    arguments = {
        "sender": "0xsender",
        "nonce": nonce,
        "version": version,
        "raw": b"1",
        "batch_ids": [],
        "at": 0.0,
    }
    with relay.database.write() as conn:
        transactions.prepare(conn, transaction_hash=b"1" * 32, **arguments)
    with pytest.raises(Misconfigured, match="another_submitter"), relay.database.write() as conn:
        transactions.prepare(conn, transaction_hash=b"2" * 32, **arguments)
    with relay.database.read() as conn:
        assert [one.hash for one in transactions.unmined(conn)] == [b"1" * 32]
