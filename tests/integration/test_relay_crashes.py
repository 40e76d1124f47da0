"""A process that ends between two steps: the next one carries on, and every record is there exactly once."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest
from sqlalchemy import select

from ledger.errors import Misconfigured
from ledger.store import index, transactions
from ledger.store.tables import batches, operation_trace
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


def test_a_database_from_before_the_batch_catches_up_from_the_chain(
    relay: Relay, deployed: DeployedChain
) -> None:
    """Last night's backup holds the operation, but not the batch that has brought it to the chain since."""
    tag = secrets.token_bytes(32)
    operation = relay.accept(relay.subject(), tag, certify())
    with relay.database.read() as conn:
        before = {table: conn.execute(select(table)).mappings().all() for table in ()}
    assert before == {}
    relay.submitter.form()
    relay.submitter.sign()
    relay.submitter.prepare()
    with relay.database.read() as conn:
        raw = [one.raw for one in transactions.unmined(conn)]
    with relay.database.write() as conn:  # as the backup has it
        conn.exec_driver_sql(
            "UPDATE operations SET state = 'accepted', batch_id = NULL, entry_index = NULL, revision = NULL"
        )
        conn.execute(operation_trace.delete())
        conn.execute(batches.delete())
        conn.execute(transactions_table.delete())
        conn.exec_driver_sql("DELETE FROM nonces")
    for one in raw:
        deployed.engine.rpc.call("eth_sendRawTransaction", "0x" + one.hex())
    deployed.engine.seal()
    relay.follow()
    row = relay.operation(operation)
    assert (row.state, row.revision) == ("final", 1)
    assert relay.accept(row.subject_id, tag, certify()) != operation
    relay.settle()
    assert relay.states() == {"final": 2}


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


def test_a_submitter_that_lost_its_place_prepares_nothing(relay: Relay) -> None:
    relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    with relay.database.write() as conn:
        nonce, version = transactions.next_nonce(conn, "0xsender", at_least=7)
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
