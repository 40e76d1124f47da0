"""What must hold when the dust has settled."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from ledger.audit.operations.audit import audit_operations
from ledger.audit.operations.findings import Code
from ledger.cli.bench.chaos.blocks import Blocks, Record, Slot
from ledger.cli.bench.chaos.seen import LookUp, Seen
from ledger.domain.programmes import Programme
from ledger.domain.verdicts import verdict
from ledger.encoding.words import certification
from ledger.store.database import Database
from ledger.store.tables import operations, recorded_batches, tags, transactions, word_history, words

_HISTORY = select(word_history, recorded_batches.c.transaction_hash).join(
    recorded_batches,
    (word_history.c.block_number == recorded_batches.c.block_number)
    & (word_history.c.log_index == recorded_batches.c.log_index),
)
_STALE = 30.0
"""Seconds after the chain was killed during which an answer may rest on a block that died with it."""


@dataclass(frozen=True, slots=True)
class Violation:
    """Something that must not be."""

    rule: str
    detail: str


def check_operations(seen: Seen, database: Database, blocks: Blocks) -> Iterator[Violation]:
    """Every operation answered 202 is final exactly once, or refused with a reason.

    Nothing else is on the chain.
    """
    records = [record for node in blocks.chain() for record in node.records]
    recorded = Counter(record.record_hash for record in records)
    with database.read() as conn:
        rows = {row.id: row for row in conn.execute(select(operations))}
    for operation in seen.operations:
        row = rows.get(operation)
        if row is None:
            yield Violation("accepted-is-kept", f"{operation} was answered 202 and is not in the database")
    for row in rows.values():
        times = recorded[row.record_hash]
        if row.state == "final" and times != 1:
            yield Violation("final-exactly-once", f"{row.id} is final and recorded {times} times")
        elif row.state == "refused" and (times or not row.reason_code):
            yield Violation("refused-with-a-reason", f"{row.id}: recorded {times} times, {row.reason_code}")
        elif row.state not in {"final", "refused"}:
            yield Violation("final-or-refused", f"{row.id} is still {row.state}")
    ours = {row.record_hash for row in rows.values()}
    for record in records:
        if record.record_hash not in ours:
            yield Violation("nothing-from-nowhere", f"block {record.block} records what nobody accepted")


def check_index(database: Database, blocks: Blocks) -> Iterator[Violation]:
    """The index holds what the chain recorded, and no tag has two records of one revision."""
    expected: dict[tuple[int, bytes, int], Record] = {}
    for node in blocks.chain():
        for record in node.records:
            key = (*record.slot, certification.revision(record.word))
            if key in expected:
                yield Violation("one-record-a-revision", f"{key[1].hex()} has two of revision {key[2]}")
            expected[key] = record
    with database.read() as conn:
        history = {
            (row.programme, row.tag, row.revision): Record(
                slot=(row.programme, row.tag),
                word=int.from_bytes(row.word, "big"),
                record_hash=row.record_hash,
                block=row.block_number,
                log=row.log_index,
                position=row.entry_index,
                transaction=row.transaction_hash,
            )
            for row in conn.execute(_HISTORY)
        }
        present = {
            (row.programme, row.tag): int.from_bytes(row.word, "big") for row in conn.execute(select(words))
        }
    for key in history.keys() ^ expected.keys():
        where = "the index" if key in history else "the chain"
        yield Violation("index-is-chain", f"only {where} has revision {key[2]} of {key[1].hex()}")
    for key in history.keys() & expected.keys():
        if history[key] != expected[key]:
            yield Violation("index-is-chain", f"{history[key]} instead of {expected[key]}")
    last: dict[Slot, int] = {}
    for programme, tag, revision in sorted(expected):
        last[programme, tag] = expected[programme, tag, revision].word
    for slot in last.keys() | present.keys():
        if last.get(slot) != present.get(slot):
            yield Violation("index-is-chain", f"the present word of {slot[1].hex()} differs")


def check_look_ups(
    seen: Seen, database: Database, blocks: Blocks, programme: Programme, chain_killed: Sequence[float]
) -> Iterator[Violation]:
    """Every verdict was true at the block that it named, or UNKNOWN."""
    with database.read() as conn:
        of_programme = tags.c.kind == "certification"
        query = select(tags.c.subject_id, tags.c.tag).where(of_programme, tags.c.programme == programme.id)
        slots: dict[str, Slot] = {row.subject_id: (programme.id, row.tag) for row in conn.execute(query)}
    for look_up in seen.look_ups:
        if look_up.answer["verdict"] == "UNKNOWN":
            continue
        problem = _falsehood(look_up, slots.get(look_up.subject), blocks, programme)
        if problem == "unknown block" and _just_killed(look_up, chain_killed):
            continue
        if problem is not None:
            yield Violation("true-at-its-block", f"{problem}: {look_up}, {look_up.answer}")


def check_withdrawals(seen: Seen) -> Iterator[Violation]:
    """No PERMIT was answered to what was asked after a withdrawal's 202 and before the next consent."""
    given: dict[str, list[float]] = defaultdict(list)
    for one in seen.given:
        given[one.subject].append(one.sent)
    withdrawn: dict[str, list[float]] = defaultdict(list)
    for one_withdrawn in seen.withdrawn:
        withdrawn[one_withdrawn.subject].append(one_withdrawn.answered)
    for decided in seen.decisions:
        if decided.decision != "PERMIT":
            continue
        before = withdrawn[decided.subject]
        position = bisect_right(before, decided.sent)
        if not position:
            continue
        since = before[position - 1]
        if not any(since < sent < decided.answered for sent in given[decided.subject]):
            yield Violation("no-permit-after-withdrawal", f"withdrawn at {since:.3f} s, then {decided}")


def _falsehood(look_up: LookUp, slot: Slot | None, blocks: Blocks, programme: Programme) -> str | None:
    answer = look_up.answer
    at = bytes.fromhex(answer["as_of"]["hash"][2:])
    if not blocks.knows(at):
        return "unknown block"
    word = 0 if slot is None else blocks.word(at, slot)
    true = verdict(word, programme, answer["at"])
    expected = (true.verdict.value, true.payable, true.valid_until, certification.revision(word))
    got = (answer["verdict"], answer["payable"], answer["valid_until"], answer["revision"])
    return None if got == expected else f"{got} instead of {expected}"


def _just_killed(look_up: LookUp, killed: Sequence[float]) -> bool:
    return any(-_STALE < look_up.answered - moment < _STALE for moment in killed)


def check_surprises(seen: Seen) -> Iterator[Violation]:
    """Nobody was answered with an internal error, or signed out."""
    for what, times in seen.surprises.items():
        yield Violation("no-surprises", f"{what}, {times} times")


def check_sent(database: Database, blocks: Blocks) -> Iterator[Violation]:
    """Every transaction that a node ever had was stored: before it was sent, or nobody could know."""
    with database.read() as conn:
        stored = set(conn.execute(select(transactions.c.hash)).scalars())
    for lost in blocks.transactions() - stored:
        yield Violation("stored-before-sent", f"0x{lost.hex()} was mined and is not in the database")


def check_traces(database: Database) -> Iterator[Violation]:
    """Every operation went a way that the state machine allows. Times may go back: the clock was moved."""
    for group in audit_operations(database).findings.groups():
        one = group.examples[0]
        if one.code is not Code.TIME_WENT_BACK:
            yield Violation("state-machine", f"{one.code}, {group.count} times: {one}")
