"""The outbox, the index and the due list on both databases."""

from __future__ import annotations

import secrets
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.encoding.words import certification
from ledger.store import due, index, indexing, operations, outbox, rewinding, settlement, steps, transactions
from ledger.store.database import Database
from ledger.store.indexing import BlockRange, Header, HistoryRow, Recorded
from ledger.store.operations import NewOperation
from ledger.store.outbox import NewBatch
from ledger.store.tables import batches, subjects, tags
from tests.chain import COMMUNITY, NEIGHBOUR, PROGRAMME

CERTIFY = {"type": "certify", "scheme": 1, "method": 1, "valid_from": 1, "valid_until": 2}
WITHDRAW = {"type": "withdraw", "grantor": 1}
GENESIS = Header(0, b"\0" * 32, b"\0" * 32, 1)


def tag(number: int) -> bytes:
    return number.to_bytes(32, "big")


def add_subject(conn: Connection, subject_id: str, community: int = COMMUNITY) -> None:
    conn.execute(
        insert(subjects).values(
            id=subject_id, wrapped_key=b"", community_id=community, created_at=0, updated_at=0
        )
    )


def operation(number: int, the_tag: int, change: dict[str, Any] | None = None) -> NewOperation:
    return NewOperation(
        id=f"op{number}",
        kind="certification",
        subject_id="S1",
        tag=tag(the_tag),
        organisation_id=COMMUNITY,
        change=change or CERTIFY,
        record_hash=bytes([number]) * 32,
        actor="u1",
        programme=PROGRAMME,
        scheme=1,
    )


def accept(database: Database, *new: NewOperation, at: float = 1.0) -> None:
    with database.write() as conn:
        operations.accept(conn, new, at)


@pytest.fixture
def store(any_database: Database) -> Database:
    with any_database.write() as conn:
        add_subject(conn, "S1")
        indexing.start(conn, GENESIS, GENESIS, 7, 0.0)
    return any_database


def waiting_ids(store: Database, limit: int = 100) -> list[str]:
    with store.read() as conn:
        return [one.id for one in outbox.waiting(conn, limit)]


def batch(store: Database, *numbers: int, digest: bytes = b"d" * 32) -> int:
    """A batch of these operations, each at its revision 1, with entries as the chain would log them."""
    with store.write() as conn:
        by_id = {one.id: one for one in outbox.waiting(conn, 100)}
        members = [by_id[f"op{number}"] for number in numbers]
        packed = b"".join(
            one.tag + certification.pack(revision=1).to_bytes(32, "big") + one.record_hash for one in members
        )
        outbox.add_batches(
            conn,
            [
                NewBatch(
                    kind="certification",
                    organisation_id=COMMUNITY,
                    reviewer_id=None,
                    programme=PROGRAMME,
                    scheme=1,
                    deadline=99,
                    entries=packed,
                    digest=digest,
                    sequences=[one.sequence for one in members],
                    revisions=[1] * len(members),
                )
            ],
            2.0,
        )
        return outbox.batches_in(conn, "batched")[-1].id


def prepared(store: Database, batch_id: int, transaction_hash: bytes) -> None:
    with store.write() as conn:
        outbox.sign(conn, [(batch_id, b"s" * 65, None)], 3.0)
        version = transactions.take_over(conn, "0xrelayer")
        nonce = transactions.next_nonce(conn, "0xrelayer", at_least=0)
        transactions.prepare(
            conn, sender="0xrelayer", nonce=nonce, version=version, raw=b"raw", at=4.0,
            transaction_hash=transaction_hash, batch_ids=[batch_id],
        )  # fmt: skip


def entries_of(store: Database, batch_id: int) -> bytes:
    with store.read() as conn:
        return bytes(conn.execute(select(batches.c.entries).where(batches.c.id == batch_id)).scalar_one())


def recorded(block: int, packed: bytes, digest: bytes = b"d" * 32) -> Recorded:
    return Recorded(
        block_number=block, log_index=0, block_timestamp=100 + block, transaction_hash=b"t" * 32,
        digest=digest, signer="0xkey", organisation_id=COMMUNITY, programme=PROGRAMME, scheme=1,
        deadline=99, entries=packed, signature=b"s" * 65, review=b"",
    )  # fmt: skip


def record(store: Database, block: int, packed: bytes, *, final: int, digest: bytes = b"d" * 32) -> None:
    """What the follower does with one block that recorded these entries."""
    header = Header(block, bytes([block]) * 32, bytes([block - 1]) * 32, 100 + block)
    history = [
        HistoryRow(
            PROGRAMME, packed[n : n + 32], int.from_bytes(packed[n + 52 : n + 56], "big"),
            packed[n + 32 : n + 64], packed[n + 64 : n + 96], block, 0, n // 96,
        )
        for n in range(0, len(packed), 96)
    ]  # fmt: skip
    batches_recorded = [recorded(block, packed, digest)]
    rows = BlockRange(header, {header: 1}, batches_recorded, history, [], [], {b"t" * 32: block})
    with store.write() as conn:
        indexing.add(conn, rows, final=final, head=block, at=50.0)
        settlement.include(conn, batches_recorded, 50.0)
        settlement.finalise(conn, final, 51.0)


def states(store: Database) -> dict[str, int]:
    with store.read() as conn:
        return operations.count_by_state(conn)


def test_what_waits_is_in_the_order_of_acceptance_one_per_tag(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 2), operation(3, 1))
    assert waiting_ids(store) == ["op1", "op2"]
    assert waiting_ids(store, limit=1) == ["op1"]


def test_a_tag_with_another_on_its_way_waits_until_it_is_included(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 1))
    batch_id = batch(store, 1)
    assert waiting_ids(store) == []
    record(store, 1, entries_of(store, batch_id), final=0)
    assert states(store) == {"included": 1, "accepted": 1}
    assert waiting_ids(store) == ["op2"]


def test_urgent_changes_go_first_and_lift_what_they_follow(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 2))
    accept(store, operation(3, 2, WITHDRAW), operation(4, 4, WITHDRAW))
    assert waiting_ids(store) == ["op2", "op4", "op1"]


def test_open_changes_are_what_the_index_does_not_show_yet(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 1, WITHDRAW), operation(3, 3))
    batch_id = batch(store, 1)
    with store.read() as conn:
        found = operations.open_changes(conn, [tag(1), tag(9)])
        assert [one.operation_id for one in found[tag(1)]] == ["op1", "op2"]
        assert found[tag(1)][1].change == WITHDRAW
        assert operations.pending_of(conn, [tag(1)]) == {tag(1): ["op1", "op2"]}
    record(store, 1, entries_of(store, batch_id), final=0)
    with store.read() as conn:
        assert [one.operation_id for one in operations.open_changes(conn, [tag(1)])[tag(1)]] == ["op2"]
        assert operations.pending_of(conn, [tag(1)]) == {tag(1): ["op1", "op2"]}


def test_a_record_is_accepted_once(store: Database) -> None:
    accept(store, operation(1, 1))
    with pytest.raises(IntegrityError):
        accept(store, operation(2, 2), operation(1, 3))
    assert states(store) == {"accepted": 1}


def test_an_operation_taken_by_another_submitter_is_not_taken_twice(store: Database) -> None:
    accept(store, operation(1, 1))
    with store.read() as conn:
        (one,) = outbox.waiting(conn, 1)
    batch(store, 1)
    again = NewBatch(
        "certification", COMMUNITY, None, PROGRAMME, 1, 9, bytes(96), b"e" * 32, [one.sequence], [1]
    )
    with pytest.raises(RuntimeError, match="another submitter"), store.write() as conn:
        outbox.add_batches(conn, [again], 2.0)
    with store.read() as conn:
        assert len(outbox.batches_in(conn, "batched")) == 1


def test_an_operation_shows_how_far_its_batch_has_come(store: Database) -> None:
    accept(store, operation(1, 1))
    batch_id = batch(store, 1)
    assert states(store) == {"batched": 1}
    prepared(store, batch_id, b"t" * 32)
    assert states(store) == {"prepared": 1}
    with store.write() as conn:
        transactions.mark_sent(conn, [b"t" * 32], 5.0)
    assert states(store) == {"sent": 1}
    record(store, 3, entries_of(store, batch_id), final=3)
    with store.read() as conn:
        row = operations.by_ids(conn, ["op1"])["op1"]
        assert transactions.unmined(conn) == []
    assert (row.state, row.block_number, row.transaction_hash, row.final_at) == ("final", 3, b"t" * 32, 51.0)


def test_a_dissolved_batch_lets_its_operations_wait_again(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 2))
    batch_id = batch(store, 1, 2)
    with store.write() as conn:
        outbox.sign(conn, [(batch_id, b"s" * 65, None)], 3.0)
        sequences = outbox.entry_sequences(conn, batch_id)
        assert outbox.dissolve(conn, batch_id, "rule.x", {"detail": "y"}, 3.0, before=("signed",)) == 2
        outbox.refuse(conn, [(sequences[1], "rule.x", {"detail": "y"})], 3.0)
    assert states(store) == {"accepted": 1, "refused": 1}
    with store.read() as conn:
        row = operations.by_ids(conn, ["op2"])["op2"]
    assert (row.state, row.reason_code, row.reason_params) == ("refused", "rule.x", {"detail": "y"})


def test_a_batch_given_up_and_recorded_after_all_takes_its_operations_back(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 2))
    packed = entries_of(store, batch(store, 1, 2))
    with store.write() as conn:
        (first,) = outbox.batches_in(conn, "batched")
        outbox.sign(conn, [(first.id, b"s" * 65, None)], 3.0)
        outbox.dissolve(conn, first.id, "rule.x", {}, 3.0, before=("signed",))
    second = batch(store, 1, digest=b"e" * 32)
    record(store, 1, packed, final=1)
    assert states(store) == {"final": 2}
    with store.write() as conn:  # and the second, which can't be recorded any more, has nobody to give back
        outbox.sign(conn, [(second, b"s" * 65, None)], 4.0)
        assert outbox.dissolve(conn, second, "rule.x", {}, 4.0, before=("signed",)) == 0
    assert states(store) == {"final": 2}


def test_a_batch_that_was_recorded_meanwhile_is_not_given_up(store: Database) -> None:
    """The submitter simulated it before the follower's block, and comes to give it up after it."""
    accept(store, operation(1, 1))
    batch_id = batch(store, 1)
    with store.write() as conn:
        outbox.sign(conn, [(batch_id, b"s" * 65, None)], 3.0)
    record(store, 1, entries_of(store, batch_id), final=1)
    with store.write() as conn:
        assert outbox.dissolve(conn, batch_id, "rule.revision_not_next", {}, 60.0, before=("signed",)) == 0
    assert states(store) == {"final": 1}


def test_a_batch_included_while_its_sending_is_noted_stays_included(store: Database) -> None:
    """On PostgreSQL the two meet at the batch's row; whoever comes second sees what the first has written."""
    accept(store, operation(1, 1))
    batch_id = batch(store, 1)
    prepared(store, batch_id, b"t" * 32)
    packed = entries_of(store, batch_id)

    def note() -> None:
        with store.write() as conn:
            transactions.mark_sent(conn, [b"t" * 32], 5.0)

    noting = threading.Thread(target=note)
    with store.write() as conn:
        settlement.include(conn, [recorded(1, packed)], 50.0)
        noting.start()
        noting.join(0.5)
        assert noting.is_alive()
    noting.join()
    assert states(store) == {"included": 1}


def test_no_batch_leaves_the_state_machine(store: Database) -> None:
    with store.write() as conn, pytest.raises(ValueError, match="no batch goes from final to prepared"):
        steps.move(conn, [1], ("final",), "prepared", 1.0)


def test_a_rewind_restores_words_and_sends_what_was_undone_again(store: Database) -> None:
    accept(store, operation(1, 1), operation(2, 2))
    batch_id = batch(store, 1)
    prepared(store, batch_id, b"t" * 32)
    record(store, 1, entries_of(store, batch_id), final=1)
    later = tag(1) + certification.pack(revision=2).to_bytes(32, "big") + b"x" * 32
    other = tag(5) + certification.pack(revision=1).to_bytes(32, "big") + b"y" * 32
    record(store, 2, later + other, final=2, digest=b"e" * 32)
    with store.write() as conn:
        first = indexing.known_blocks(conn, 1, 1)[0]
        assert rewinding.rewind(conn, first, final=1, head=1, at=60.0) == 0
    with store.read() as conn:
        assert certification.revision(index.word(conn, PROGRAMME, tag(1))) == 1
        assert index.word(conn, PROGRAMME, tag(5)) == 0
        assert [one.revision for one in index.history(conn, PROGRAMME, tag(1))] == [1]
    assert states(store) == {"final": 1, "accepted": 1}
    with store.write() as conn:
        assert rewinding.rewind(conn, GENESIS, final=0, head=0, at=61.0) == 1
    assert states(store) == {"sent": 1, "accepted": 1}
    with store.read() as conn:
        assert index.word(conn, PROGRAMME, tag(1)) == 0
        assert [one.hash for one in transactions.unmined(conn)] == [b"t" * 32]
        assert index.as_of(conn) == index.AsOf(0, GENESIS.hash, 1, 0, 0, 61.0, None)


def test_the_word_at_a_past_moment_and_its_block(store: Database) -> None:
    word = certification.pack(revision=1).to_bytes(32, "big")
    record(store, 2, tag(1) + word + b"x" * 32, final=2)
    record(
        store,
        5,
        tag(1) + certification.pack(revision=2).to_bytes(32, "big") + b"y" * 32,
        final=5,
        digest=b"e" * 32,
    )
    with store.read() as conn:
        at = {moment: index.word_at(conn, PROGRAMME, tag(1), moment) for moment in (101, 102, 104, 105)}
        assert [certification.revision(w) for w in at.values()] == [0, 1, 1, 2]
        assert [index.block_at(conn, moment) for moment in (0, 104)] == [
            None,
            index.Block(2, b"\2" * 32, 102),
        ]


def test_an_idle_chain_leaves_no_row_per_block(store: Database) -> None:
    for number in range(1, 6):
        header = Header(number, bytes([number]) * 32, bytes([number - 1]) * 32, number)
        with store.write() as conn:
            indexing.add(conn, BlockRange(header, {}, [], [], [], [], {}), final=number, head=number, at=1.0)
    with store.read() as conn:
        assert [block.number for block in indexing.known_blocks(conn, 10, 10)] == [5, 0]


def test_trouble_is_kept_until_the_node_is_well(store: Database) -> None:
    with store.write() as conn:
        indexing.set_trouble(conn, "node_unreachable")
    with store.read() as conn:
        at = index.as_of(conn)
    assert at
    assert at.trouble == "node_unreachable"
    with store.write() as conn:
        indexing.seen(conn, final=0, head=0, at=9.0)
    with store.read() as conn:
        at = index.as_of(conn)
    assert at
    assert (at.trouble, at.checked_at) == (None, 9.0)


def test_the_due_list_is_by_the_end_of_validity_within_the_communities(store: Database) -> None:
    people = {"A": 300, "B": 100, "C": 200, "D": 1 << 31, "E": None, "F": 100}
    with store.write() as conn:
        for number, (name, _) in enumerate(people.items()):
            add_subject(conn, name, NEIGHBOUR if name == "F" else COMMUNITY)
            conn.execute(
                insert(tags).values(
                    tag=tag(number),
                    kind="certification",
                    id=f"t{number}",
                    subject_id=name,
                    programme=PROGRAMME,
                )
            )
    packed = b"".join(
        tag(number)
        + certification.pack(revision=1, valid_until=until).to_bytes(32, "big")
        + secrets.token_bytes(32)
        for number, until in enumerate(people.values())
        if until is not None
    )
    record(store, 1, packed, final=1)
    with store.read() as conn:
        rows = due.due(conn, [COMMUNITY], PROGRAMME, 301)
        assert [row.subject_id for row in rows] == ["E", "S1", "B", "C", "A"]
        assert certification.valid_until(rows[2].word) == 100
        assert [row.subject_id for row in due.due(conn, [COMMUNITY], PROGRAMME, 300, never=False)] == [
            "B",
            "C",
        ]
        assert [row.subject_id for row in due.due(conn, [NEIGHBOUR], PROGRAMME, 301)] == ["F"]


def test_what_is_asked_all_the_time_reads_no_whole_history(database: Database) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    with database.read() as conn:
        event.listen(conn, "before_cursor_execute", note)
        outbox.waiting(conn, 10)
        outbox.batches_in(conn, "signed")
        operations.open_changes(conn, [tag(1)])
        operations.pending_of(conn, [tag(1)])
        operations.waiting(conn)
        transactions.unmined(conn)
        event.remove(conn, "before_cursor_execute", note)
        plans = [
            step.detail
            for statement, parameters in asked
            for step in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert len(plans) >= len(asked) == 6
    assert [plan for plan in plans if plan.startswith(("SCAN", "SEARCH")) and " USING " not in plan] == []
