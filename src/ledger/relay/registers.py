"""The public registers (Members, Policies, Anchors) as the index has them, folded by the audit's reducer."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Connection

from ledger.domain import events as domain_events
from ledger.domain import reducer
from ledger.domain.digests import Domains, event_digest
from ledger.domain.events import (
    ConsentsRecorded,
    Contract,
    CountedEvent,
    LogPosition,
    TreeHeadAnchored,
)
from ledger.domain.state import LedgerState
from ledger.encoding import eip712
from ledger.encoding.types import Address, BlockNumber, Timestamp
from ledger.keys import signatures
from ledger.store import indexing
from ledger.store.hot import Reading
from ledger.store.indexing import RegisterEvent

_PLACE = ("position", "contract", "number")


def load(conn: Connection, domains: Domains) -> LedgerState:
    """The registers' state and every contract's running head; words are left in the database."""
    state = LedgerState(domains)
    for row in indexing.register(conn):
        event = from_row(row)
        reducer.apply(state, event, recovered=recovered_signer(domains, event))
    for head in indexing.heads(conn).values():
        journal = state.journals[Contract(head.contract)]
        journal.head, journal.count = head.head, head.count
    return state


class Registers:
    """The registers for a reader, loaded again only when an event was added or undone."""

    def __init__(self, domains: Domains) -> None:
        self._domains = domains
        self._mark: tuple[int, int, bytes] | None = None
        self._state = LedgerState(domains)

    def present(self, conn: Connection) -> LedgerState:
        """The registers as of this snapshot. Not to be changed."""
        return self.at(Reading(conn))

    def at(self, reading: Reading) -> LedgerState:
        """The same, for a decision."""
        mark = indexing.register_mark(reading)
        if mark != self._mark:
            self._state, self._mark = load(reading.conn, self._domains), mark
        return self._state


def to_row(event: CountedEvent) -> RegisterEvent:
    """The event as the index keeps it."""
    position = event.position
    return RegisterEvent(
        block_number=position.block_number,
        log_index=position.log_index,
        block_hash=position.block_hash,
        block_timestamp=position.block_time,
        transaction_hash=position.transaction_hash,
        name=type(event).__name__,
        number=event.number,
        arguments={
            "contract": event.contract.value,
            **{name: _to_json(getattr(event, name)) for name in _arguments(type(event))},
        },
    )


def from_row(row: RegisterEvent) -> CountedEvent:
    """What `to_row` was given."""
    kind: type[CountedEvent] = getattr(domain_events, row.name)
    position = LogPosition(
        block_number=BlockNumber(row.block_number),
        block_hash=row.block_hash,
        block_time=Timestamp(row.block_timestamp),
        log_index=row.log_index,
        transaction_hash=row.transaction_hash,
    )
    arguments = {name: _from_json(row.arguments[name]) for name in _arguments(kind)}
    return kind(
        position=position, contract=Contract(row.arguments["contract"]), number=row.number, **arguments
    )


def recovered_signer(domains: Domains, event: CountedEvent) -> Address | None:
    """Whose signature the reducer has to be told, of the events that don't name it."""
    if isinstance(event, TreeHeadAnchored):
        return signatures.recover(event_digest(domains, event), event.signature)
    if isinstance(event, ConsentsRecorded) and event.reviewed:
        domain = domains[event.contract]
        digest = eip712.incapacity_review_digest(domain, event_digest(domains, event))
        return signatures.recover(digest, event.review)
    return None


def _arguments(kind: type[CountedEvent]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in _PLACE]


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return [_to_json(item) for item in value] if isinstance(value, tuple) else value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    return tuple(_from_json(item) for item in value) if isinstance(value, list) else value
