"""Step 6, first half: the logs of a stretch of blocks as events, or as what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ledger.audit.findings import Code, Finding, Where, shown
from ledger.audit.segments import RawLog, Segment
from ledger.audit.signatures import Recovered
from ledger.chain.bindings.events import decode_log
from ledger.chain.headers import Header
from ledger.domain.events import Contract, Event, LogPosition
from ledger.encoding.types import Address
from ledger.errors import Refused


@dataclass(frozen=True, slots=True)
class Unfit:
    """A log that counts for nothing; `contract` None if no contract of the ledger made it."""

    contract: Contract | None
    finding: Finding


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks, how many logs stand in them, the events in order, and who signed those (waits for workers)."""

    headers: Sequence[Header]
    logs: int
    items: Sequence[Event | Unfit]
    recovered: Callable[[], Iterator[Recovered]]


def decode(segment: Segment, contracts: Mapping[Address, Contract]) -> Iterator[Event | Unfit]:
    """Whether each log stands in a block of the chain and is one that its contract makes."""
    by_number = {header.number: header for header in segment.headers}
    for log in segment.logs:
        contract = contracts.get(log.address)
        header = by_number.get(log.block_number)
        if header is None or header.hash != log.block_hash or log.removed:
            expected = shown(header.hash) if header else "no block"
            yield _unfit(Code.LOG_OFF_CHAIN, contract, log, shown(log.block_hash), expected)
        elif contract is None:
            yield _unreadable(None, log)
        else:
            position = LogPosition(
                log.block_number, header.hash, header.time, log.index, log.transaction_hash
            )
            try:
                event = decode_log(contract, log.topics, log.data, position)
            except Refused:
                yield _unreadable(contract, log)
            else:
                if event is not None:
                    yield event


def _unreadable(contract: Contract | None, log: RawLog) -> Unfit:
    topic = shown(log.topics[0]) if log.topics else "no topic"
    return _unfit(Code.LOG_UNREADABLE, contract, log, topic, "an event of this contract")


def _unfit(code: Code, contract: Contract | None, log: RawLog, got: str, expected: str) -> Unfit:
    where = Where(
        contract=str(contract or log.address),
        block=log.block_number,
        transaction=shown(log.transaction_hash),
        log=log.index,
    )
    return Unfit(contract, Finding(code, where, got, expected))
