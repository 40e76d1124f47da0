"""Who goes into which batch, and who is told no."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from ledger.domain import changes
from ledger.domain.codes import Grantor, Method, Scheme, Status
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.types import Address, Timestamp
from ledger.encoding.words import certification, consent
from ledger.relay.forming import MOST_CONSENTS, Formed, Ground, Limits, form
from ledger.store.outbox import Waiting
from tests.samples import COMMUNITY, DAY, NEIGHBOUR, NOW, PROGRAMME, SUBDISTRICT, YEAR, Ledger, address, tag

LIMITS = Limits(size=3, age=10.0, deadline=DAY)
CERTIFY = changes.Certify(Scheme.SENIOR, Method.VISIT, Timestamp(NOW - DAY), Timestamp(NOW + YEAR))
GIVE = changes.GiveConsent(Grantor.SELF, Timestamp(NOW - DAY), Timestamp(NOW + YEAR))


@pytest.fixture(scope="module")
def state() -> LedgerState:
    return Ledger.of_the_city().state


def waiting(number: int, change: Any = CERTIFY, **changed: Any) -> Waiting:
    is_consent = isinstance(change, changes.ConsentChange)
    fields: dict[str, Any] = {
        "sequence": number,
        "id": f"op{number}",
        "kind": "consent" if is_consent else "certification",
        "subject_id": f"S{number}",
        "tag": tag(number),
        "organisation_id": COMMUNITY,
        "reviewer_id": None,
        "programme": 0 if is_consent else PROGRAMME,
        "scheme": 0 if is_consent else int(changes.scheme_of(change)),
        "change": changes.to_json(change),
        "record_hash": bytes([number]) * 32,
        "priority": 1,
        "accepted_at": NOW - 60.0,
    }
    return Waiting(**(fields | changed))


def key_of(organisation: int) -> Address | None:
    return address(organisation)


def formed(state: LedgerState, *members: Waiting, **changed: Any) -> Formed:
    fields: dict[str, Any] = {
        "words": {},
        "state": state,
        "now": float(NOW),
        "block_time": NOW,
        "key_of": key_of,
    }
    return form(members, Ground(**(fields | changed)), LIMITS, Random(7))


def sequences(result: Formed) -> list[list[int]]:
    return [sorted(batch.sequences) for batch in result.batches]


def test_batches_fill_in_the_order_of_waiting(state: LedgerState) -> None:
    result = formed(state, *(waiting(n) for n in range(1, 8)))
    assert sequences(result) == [[1, 2, 3], [4, 5, 6], [7]]


def test_what_was_accepted_before_the_clock_was_set_back_does_not_wait(state: LedgerState) -> None:
    result = formed(state, waiting(1, accepted_at=NOW - 1.0), now=NOW - 3600.0)
    assert sequences(result) == [[1]]


def test_what_is_young_waits_for_a_full_batch(state: LedgerState) -> None:
    result = formed(state, *(waiting(n, accepted_at=NOW - 1.0) for n in range(1, 6)))
    assert sequences(result) == [[1, 2, 3]]
    assert result.held == 2


def test_consents_go_in_small_batches_so_that_their_proofs_stay_small(state: LedgerState) -> None:
    members = [waiting(n, GIVE) for n in range(1, MOST_CONSENTS + 2)]
    ground = Ground(words={}, state=state, now=float(NOW), block_time=NOW, key_of=key_of)
    result = form(members, ground, Limits(size=400, age=10.0, deadline=DAY), Random(7))
    assert [len(batch.sequences) for batch in result.batches] == [MOST_CONSENTS, 1]


def test_what_must_not_wait_does_not_and_rides_alone(state: LedgerState) -> None:
    young = {"accepted_at": float(NOW)}
    result = formed(state, waiting(1, GIVE, priority=0, **young), waiting(2, GIVE, **young))
    assert sequences(result) == [[1]]


def test_a_batch_is_of_one_organisation_programme_and_scheme(state: LedgerState) -> None:
    words = {
        (PROGRAMME, tag(3)): certification.pack(status=Status.ACTIVE, revision=4, organisation=COMMUNITY)
    }
    result = formed(
        state,
        waiting(1),
        waiting(2, organisation_id=NEIGHBOUR),
        waiting(3, changes.SetStatus(Status.SUSPENDED), organisation_id=SUBDISTRICT),
        waiting(4, GIVE),
        words=words,
    )
    assert sequences(result) == [[1], [2], [3], [4]]
    assert result.batches[2].revisions == [5]
    assert [batch.scheme for batch in result.batches] == [Scheme.SENIOR, Scheme.SENIOR, Scheme.NONE, 0]


def test_two_tags_of_one_person_go_apart(state: LedgerState) -> None:
    result = formed(state, *(waiting(n, GIVE, subject_id="S") for n in (1, 2)), waiting(3, GIVE))
    assert sequences(result) == [[1, 3], [2]]


def test_entries_are_shuffled_and_keep_their_operations(state: LedgerState) -> None:
    orders = set()
    for seed in range(10):
        ground = Ground({}, state, float(NOW), NOW, key_of)
        (batch,) = form([waiting(n) for n in (1, 2, 3)], ground, LIMITS, Random(seed)).batches
        orders.add(tuple(batch.sequences))
        assert [t for t, _, _ in entries.iterate(batch.entries)] == [tag(n) for n in batch.sequences]
        assert [h for _, _, h in entries.iterate(batch.entries)] == [bytes([n]) * 32 for n in batch.sequences]
    assert len(orders) > 1


def test_the_next_word_is_built_on_the_present_one(state: LedgerState) -> None:
    old = consent.pack(status=1, grantor=Grantor.SELF, self_decided=1, revision=8, organisation=COMMUNITY)
    result = formed(state, waiting(1, changes.WithdrawConsent(Grantor.SELF)), words={(0, tag(1)): old})
    ((_, word, _),) = entries.iterate(result.batches[0].entries)
    assert (consent.revision(word), consent.recorded_at(word)) == (9, 0)
    assert result.batches[0].deadline == NOW + DAY


def test_what_the_rules_refuse_is_left_out_with_its_reason(state: LedgerState) -> None:
    result = formed(state, waiting(1), waiting(2, changes.WithdrawConsent(Grantor.SELF)))
    assert sequences(result) == [[1]]
    ((sequence, (code, params)),) = result.refused
    assert (sequence, code) == (2, "rule.transition_not_allowed")
    assert params == {"detail": "0, 3"}


def test_a_key_that_is_not_held_makes_its_organisation_wait(state: LedgerState) -> None:
    result = formed(
        state,
        waiting(1),
        waiting(2, organisation_id=NEIGHBOUR),
        key_of=lambda organisation: None if organisation == COMMUNITY else key_of(organisation),
    )
    assert sequences(result) == [[2]]
    assert (result.keyless, result.held, result.refused) == ({COMMUNITY}, 1, [])


def test_a_key_out_of_force_refuses_all_that_it_would_sign(state: LedgerState) -> None:
    result = formed(state, waiting(1), waiting(2), key_of=lambda _: address(77))
    assert [code for _, (code, _) in result.refused] == ["rule.signer_unknown"] * 2
    assert result.batches == []
