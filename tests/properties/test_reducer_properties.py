"""The reducer: with its memory of accepted cases it finds what the full rules find, entry by entry."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain import reducer
from ledger.domain.changes import (
    ConsentChange,
    apply_certification,
    apply_consent,
    scheme_of,
)
from ledger.domain.digests import event_digest, next_head
from ledger.domain.events import Contract, CountedEvent
from ledger.domain.rules import Refusal, check_certification, check_consent
from ledger.encoding.types import OrganisationId, Tag
from ledger.encoding.words import certification, consent
from tests.properties.changes import (
    CertificationStep,
    certification_histories,
    consent_changes,
    organisations,
)
from tests.samples import LIMITS, PROGRAMME, Ledger, address, authority, hierarchy, tag

subjects = st.integers(0, 2).map(tag)
# Mostly what a recorder builds, sometimes with one bit flipped.
bits = st.integers(0, 8 * 256).map(lambda bit: 1 << bit if bit < 256 else 0)
entry_lists = st.lists(st.tuples(subjects, bits), min_size=1, max_size=4)
certification_batches = certification_histories.flatmap(
    lambda history: st.tuples(*(st.tuples(st.just(step), entry_lists) for step in history))
)
consent_steps = st.lists(
    st.tuples(
        consent_changes,
        organisations,
        st.booleans(),
        st.lists(st.tuples(subjects, bits), min_size=1, max_size=4),
    ),
    max_size=12,
)


@given(certification_batches)
def test_certifications_are_the_fold_of_the_full_rules(
    steps: tuple[tuple[CertificationStep, list[tuple[Tag, int]]], ...],
) -> None:
    ledger, kept = Ledger.of_the_city(), dict[Tag, int]()
    for (change, by), entries in steps:
        scheme = scheme_of(change)
        signed: list[tuple[Tag, int]] = []
        expected: list[Refusal] = []
        words = dict(kept)
        for index, (name, flipped) in enumerate(entries):
            old = words.get(name, 0)
            new = apply_certification(old, change, by) ^ flipped
            refusal = check_certification(
                old,
                new,
                scheme=scheme,
                authority=authority(by),
                limits=LIMITS,
                hierarchy=hierarchy(),
                block_time=ledger.time,
                tag=name,
                index=index,
            )
            expected += [refusal] if refusal else []
            signed.append((name, new))
            words[name] = new | certification.pack(version=0, recorded_at=ledger.time)
        batch = ledger.certification_batch(by, signed, scheme)
        recorded = reducer.recorded(ledger.state, batch)
        before = deepcopy(ledger.state)
        assert [violation.refusal for violation in ledger.apply(batch)] == expected
        assert ledger.state.certifications[PROGRAMME] == words
        assert kept | {entry.tag: entry.new for entry in recorded} == words
        if expected:
            ledger.state = before  # as the contract, which would have refused the whole batch
        else:
            kept = words


@given(consent_steps)
def test_consents_are_the_fold_of_the_full_rules(
    steps: list[tuple[ConsentChange, OrganisationId, bool, list[tuple[Tag, int]]]],
) -> None:
    ledger, kept = Ledger.of_the_city(), dict[Tag, int]()
    for change, by, reviewed, entries in steps:
        signed: list[tuple[Tag, int]] = []
        expected: list[Refusal] = []
        words = dict(kept)
        for index, (name, flipped) in enumerate(entries):
            old = words.get(name, 0)
            new = apply_consent(old, change, by) ^ flipped
            refusal = check_consent(
                old,
                new,
                authority=authority(by),
                reviewed=reviewed,
                block_time=ledger.time,
                tag=name,
                index=index,
            )
            expected += [refusal] if refusal else []
            signed.append((name, new))
            words[name] = new | consent.pack(version=0, recorded_at=ledger.time)
        # The other county reviews what it didn't record.
        reviewer = 2 if by == 7 else 7
        batch = ledger.consent_batch(by, signed, reviewed=reviewed, review=bytes(65) if reviewed else b"")
        before = deepcopy(ledger.state)
        found = ledger.apply(batch, recovered=address(reviewer))
        assert [violation.refusal for violation in found] == expected
        assert ledger.state.consents == words
        if expected:
            ledger.state = before
        else:
            kept = words


@given(certification_batches)
def test_head_and_count_are_the_fold_of_the_batches(
    steps: tuple[tuple[CertificationStep, list[tuple[Tag, int]]], ...],
) -> None:
    ledger = Ledger.of_the_city()
    for (change, by), entries in steps:
        signed = [(name, apply_certification(0, change, by)) for name, _ in entries]
        ledger.apply(ledger.certification_batch(by, signed, scheme_of(change)))
    for contract in Contract:
        head, count = bytes(32), 0
        for event in ledger.events:
            if isinstance(event, CountedEvent) and event.contract is contract:
                head, count = next_head(head, event_digest(ledger.state.domains, event)), count + 1
        assert (ledger.state.journals[contract].head, ledger.state.journals[contract].count) == (head, count)
