"""What a range of blocks says, folded onto the registers by the reducer that audits use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.chain.blocks import Block
from ledger.domain import reducer
from ledger.domain.digests import event_digest
from ledger.domain.events import (
    BatchRefused,
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    Event,
)
from ledger.domain.reducer import Violation
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.types import Tag
from ledger.encoding.words import certification
from ledger.errors import CannotKnow
from ledger.relay.registers import recovered_signer, to_row
from ledger.store import index
from ledger.store.indexing import BlockRange, Head, Header, HistoryRow, Recorded, RegisterEvent

RecordedEvent = CertificationsRecorded | ConsentsRecorded


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a range, the batches refused in it, and what the rules would not have allowed."""

    rows: BlockRange
    refused: Sequence[BatchRefused]
    violations: Sequence[Violation]


def header(block: Block) -> Header:
    """The block as the index keeps it."""
    return Header(block.number, block.hash, block.parent_hash, block.time)


def read(conn: Connection, state: LedgerState, blocks: Sequence[Block], events: Sequence[Event]) -> Reading:
    """Folds the events of consecutive blocks onto `state`, whose words stay in the database.

    Raises CannotKnow `logs_withheld` if a contract's events leave out a number. After an error `state` is of
    no more use.
    """
    _load_words(conn, state, events)
    recorded: list[Recorded] = []
    history: list[HistoryRow] = []
    register: list[RegisterEvent] = []
    heads: dict[tuple[Contract, int], Head] = {}
    violations: list[Violation] = []
    for event in events:
        if not isinstance(event, CountedEvent):
            continue
        journal = state.journals[event.contract]
        if event.number != journal.count + 1:
            raise CannotKnow(
                "logs_withheld", contract=event.contract.value, got=event.number, expected=journal.count + 1
            )
        if isinstance(event, RecordedEvent):
            recorded.append(_recorded(state, event))
            history += _history(state, event)
        else:
            register.append(to_row(event))
        recovered = recovered_signer(state.domains, event)
        violations += reducer.apply(state, event, recovered=recovered)
        block = event.position.block_number
        heads[event.contract, block] = Head(event.contract.value, block, journal.head, journal.count)
    state.certifications.clear()
    state.consents.clear()
    return Reading(
        rows=BlockRange(
            last=header(blocks[-1]),
            eventful=_count(blocks, events),
            recorded=recorded,
            history=history,
            register=register,
            heads=list(heads.values()),
            mined={event.position.transaction_hash: event.position.block_number for event in events},
        ),
        refused=[event for event in events if isinstance(event, BatchRefused)],
        violations=violations,
    )


def _load_words(conn: Connection, state: LedgerState, events: Sequence[Event]) -> None:
    """The words that these events follow on, so that the reducer can judge them."""
    tags: dict[int, set[Tag]] = {}
    for event in events:
        if isinstance(event, RecordedEvent) and entries.is_well_formed(event.entries):
            tags.setdefault(_programme(event), set()).update(
                tag for tag, _, _ in entries.iterate(event.entries)
            )
    for programme, wanted in tags.items():
        known = state.certifications.setdefault(programme, {}) if programme else state.consents
        known.update((Tag(tag), word) for tag, word in index.words_of(conn, programme, wanted).items())


def _recorded(state: LedgerState, event: RecordedEvent) -> Recorded:
    position = event.position
    return Recorded(
        block_number=position.block_number,
        log_index=position.log_index,
        block_timestamp=position.block_time,
        transaction_hash=position.transaction_hash,
        digest=event_digest(state.domains, event),
        signer=event.signer,
        organisation_id=event.organisation,
        programme=_programme(event),
        scheme=event.scheme if isinstance(event, CertificationsRecorded) else 0,
        deadline=event.deadline,
        entries=event.entries,
        signature=event.signature,
        review=event.review if isinstance(event, ConsentsRecorded) else b"",
    )


def _history(state: LedgerState, event: RecordedEvent) -> list[HistoryRow]:
    programme, position = _programme(event), event.position
    return [
        HistoryRow(
            programme=programme,
            tag=change.tag,
            revision=certification.revision(change.new),
            word=change.new.to_bytes(32, "big"),
            record_hash=change.record_hash,
            block_number=position.block_number,
            log_index=position.log_index,
            entry_index=change.entry,
        )
        for change in reducer.recorded(state, event)
    ]


def _programme(event: RecordedEvent) -> int:
    return event.programme if isinstance(event, CertificationsRecorded) else index.CONSENTS


def _count(blocks: Sequence[Block], events: Sequence[Event]) -> Mapping[Header, int]:
    counts: dict[int, int] = {}
    for event in events:
        counts[event.position.block_number] = counts.get(event.position.block_number, 0) + 1
    return {header(block): counts[block.number] for block in blocks if block.number in counts}
