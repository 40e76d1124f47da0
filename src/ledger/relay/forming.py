"""Forms batches: who goes with whom, at which revision, and who must be told no. No I/O but the clock's
value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from ledger.domain import changes
from ledger.domain.events import Contract
from ledger.domain.rules import (
    Authority,
    Refusal,
    check_authority,
    check_certification,
    check_consent,
)
from ledger.domain.state import LedgerState
from ledger.encoding import eip712, entries
from ledger.encoding.types import Address, OrganisationId, RecordHash, Tag, Word
from ledger.encoding.words import certification
from ledger.relay.reasons import Reason, reason
from ledger.store.outbox import NewBatch, Waiting

Slot = tuple[int, bytes]
"""Programme (0 for consents) and tag."""

MOST_CONSENTS = 32
"""Entries in a batch of consents: a proof of one carries the batch, and is to stay below 12 kB."""

KeyOf = Callable[[int], Address | None]
"""The address of the key that signs for an organisation; None if it is not held here."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`size`: entries in a batch at most. `age`, `deadline`: seconds. See `Settings.batch_*`."""

    size: int
    age: float
    deadline: int


@dataclass(slots=True)
class Formed:
    """Batches to store, operations to refuse, and organisations whose key is not held here."""

    batches: list[NewBatch] = field(default_factory=list)
    refused: list[tuple[int, Reason]] = field(default_factory=list)
    keyless: set[int] = field(default_factory=set)
    held: int = 0
    """Operations left to wait for a fuller batch."""


@dataclass(frozen=True, slots=True)
class _Group:
    """What a batch's operations share. Those with priority don't ride with others, whose fault could
    delay them.
    """

    priority: int
    kind: str
    organisation_id: int
    programme: int
    scheme: int
    reviewer_id: int | None

    @classmethod
    def of(cls, one: Waiting) -> _Group:
        return cls(one.priority, one.kind, one.organisation_id, one.programme, one.scheme, one.reviewer_id)


@dataclass(frozen=True, slots=True)
class Ground:
    """What changes are applied to and judged by: present words by slot, the registers, the time, the keys
    held.
    """

    words: Mapping[Slot, int]
    state: LedgerState
    now: float
    """By the clock: how old is what waits?"""
    block_time: int
    """When will it be recorded?"""
    key_of: KeyOf


def form(waiting: Sequence[Waiting], ground: Ground, limits: Limits, random: Random) -> Formed:
    """Batches of what waits, in its order: full ones, and those whose oldest operation is as old as
    `limits.age`.

    Each change is applied to the present word and judged by the rules that the contract will judge it by.
    """
    formed = Formed()
    groups: dict[_Group, list[Waiting]] = {}
    for one in waiting:
        groups.setdefault(_Group.of(one), []).append(one)
    for group, members in groups.items():
        oldest = min(one.accepted_at for one in members)
        # Accepted in the future: the clock was set back, and need not be waited for.
        old_enough = group.priority == 0 or not 0 <= ground.now - oldest < limits.age
        size = limits.size if group.kind != "consent" else min(limits.size, MOST_CONSENTS)
        ready = members if old_enough else members[: len(members) // size * size]
        formed.held += len(members) - len(ready)
        if ready:
            _form_group(formed, group, ready, ground, size=size, deadline=limits.deadline, random=random)
    return formed


def _form_group(
    formed: Formed,
    group: _Group,
    members: Sequence[Waiting],
    ground: Ground,
    *,
    size: int,
    deadline: int,
    random: Random,
) -> None:
    now = ground.block_time
    authorities: list[Authority] = []
    for organisation in (group.organisation_id, group.reviewer_id):
        if organisation is None:
            continue
        key = ground.key_of(organisation)
        if key is None:
            formed.keyless.add(organisation)
            formed.held += len(members)
            return
        authorities.append(ground.state.authority(key))
        if refusal := check_authority(authorities[-1], now):
            formed.refused += [(one.sequence, reason(refusal)) for one in members]
            return
    accepted: list[tuple[Waiting, Word]] = []
    for one in members:
        old = ground.words.get((one.programme, one.tag), 0)
        new, refusal = _next(one, old, ground.state, authorities[0], now)
        if refusal:
            formed.refused.append((one.sequence, reason(refusal)))
        else:
            accepted.append((one, new))
    for batch in _split(accepted, size):
        random.shuffle(batch)  # the order of acceptance would tell who was visited after whom
        formed.batches.append(_batch(group, batch, ground.state, now + deadline))


def _next(
    one: Waiting, old: int, state: LedgerState, authority: Authority, now: int
) -> tuple[Word, Refusal | None]:
    organisation = OrganisationId(one.organisation_id)
    if one.kind == "consent":
        new = changes.apply_consent(old, changes.consent_from_json(one.change), organisation)
        reviewed = one.reviewer_id is not None
        return new, check_consent(old, new, authority=authority, reviewed=reviewed, block_time=now)
    new = changes.apply_certification(old, changes.certification_from_json(one.change), organisation)
    return new, check_certification(
        old,
        new,
        scheme=one.scheme,
        authority=authority,
        limits=state.programmes.get(one.programme, 0),
        hierarchy=state.hierarchy,
        block_time=now,
    )


def _split(members: Sequence[tuple[Waiting, Word]], size: int) -> list[list[tuple[Waiting, Word]]]:
    """Batches of at most `size`, never with two tags of one person: a batch would tell that they belong
    together.
    """
    batches: list[list[tuple[Waiting, Word]]] = []
    people: list[set[str]] = []
    first_open = 0
    for one, word in members:
        place = first_open
        while place < len(batches) and (len(batches[place]) >= size or one.subject_id in people[place]):
            place += 1
        if place == len(batches):
            batches.append([])
            people.append(set())
        batches[place].append((one, word))
        people[place].add(one.subject_id)
        while first_open < len(batches) and len(batches[first_open]) >= size:
            first_open += 1
    return batches


def _batch(
    group: _Group, members: Sequence[tuple[Waiting, Word]], state: LedgerState, deadline: int
) -> NewBatch:
    packed = entries.pack((Tag(one.tag), word, RecordHash(one.record_hash)) for one, word in members)
    if group.kind == "consent":
        digest = eip712.consent_batch_digest(
            state.domains[Contract.CONSENTS], deadline, group.reviewer_id is not None, packed
        )
    else:
        digest = eip712.certification_batch_digest(
            state.domains[Contract.CERTIFICATIONS], group.programme, group.scheme, deadline, packed
        )
    return NewBatch(
        kind=group.kind,
        organisation_id=group.organisation_id,
        reviewer_id=group.reviewer_id,
        programme=group.programme,
        scheme=group.scheme,
        deadline=deadline,
        entries=packed,
        digest=digest,
        sequences=[one.sequence for one, _ in members],
        revisions=[certification.revision(word) for _, word in members],
    )
