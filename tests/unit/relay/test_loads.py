"""How many batches one transaction carries."""

from __future__ import annotations

from typing import Any

from ledger.domain.events import Contract
from ledger.encoding.entries import ENTRY_SIZE
from ledger.relay import calls
from ledger.store.outbox import Batch


def batch(number: int, entries: int = 400, kind: str = "certification", **changed: Any) -> Batch:
    fields: dict[str, Any] = {
        "id": number, "kind": kind, "organisation_id": 1, "reviewer_id": None, "programme": 1, "scheme": 1,
        "deadline": 1, "entries": bytes(ENTRY_SIZE * entries), "digest": bytes(32), "signature": bytes(65),
        "review": None, "state": "signed",
    }  # fmt: skip
    return Batch(**(fields | changed))


def loads(*batches: Batch) -> list[list[int]]:
    return [[one.id for one in load] for load in calls.loads(batches)]


def test_a_transaction_stays_below_what_pools_and_chains_take() -> None:
    batches = [batch(n, entries=150) for n in range(10)]
    assert loads(*batches) == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9]]
    for load in calls.loads(batches):
        data = calls.many(load)
        assert len(data) < 131_072 - 1_000
        assert calls.gas(load, data) <= 1 << 24


def test_small_batches_share_a_transaction() -> None:
    assert loads(*(batch(n, entries=1) for n in range(20))) == [list(range(20))]


def test_a_transaction_is_of_one_contract() -> None:
    kinds = ("consent", "certification", "certification", "consent")
    mixed = [batch(n, entries=10, kind=kind) for n, kind in enumerate(kinds, 1)]
    assert loads(*mixed) == [[1], [2, 3], [4]]
    assert calls.contract_of(mixed[0]) == Contract.CONSENTS


def test_a_batch_larger_than_the_limit_still_goes_alone() -> None:
    assert loads(batch(1, entries=1000), batch(2, entries=1000)) == [[1], [2]]


def test_nothing_makes_no_transaction() -> None:
    assert loads() == []


def test_gas_grows_with_every_entry() -> None:
    one, two = [batch(1, entries=1)], [batch(1, entries=2)]
    assert calls.gas(two, calls.many(two)) - calls.gas(one, calls.many(one)) > 30_000
