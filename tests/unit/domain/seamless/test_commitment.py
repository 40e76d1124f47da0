"""What a certification commits to: every leaf opens alone, and says what the whole committed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.domain import merkle
from ledger.domain.seamless.commitment import is_in, leaves, open_leaf
from tests.seamless import HEALTH, INSURANCE, SENIOR_ALLOWANCE, TRANSPORT, signal

RULES = SENIOR_ALLOWANCE.seamless_rules
CODES: dict[int, str] = {HEALTH: "health", INSURANCE: "medical-insurance", TRANSPORT: "transport"}
SEED = bytes(range(32))
SIGNALS = [
    (7, signal("vaccination", date(2026, 8, 3))),
    (9, signal("bus-card", date(2026, 9, 30), TRANSPORT)),
    (4, signal("bus-card", date(2026, 8, 30), TRANSPORT)),
    (11, signal("inpatient-stay", date(2026, 1, 1), INSURANCE)),
]


def test_each_leaf_opens_alone_against_the_root_of_all() -> None:
    root = merkle.root(leaves(SIGNALS, CODES, RULES, SEED))
    for index, (_, one) in enumerate(SIGNALS):
        opened = open_leaf(SIGNALS, index, codes=CODES, rules=RULES, seed=SEED)
        assert is_in(opened, root)
        assert (opened.said["kind"], opened.said["on"]) == (one.kind, one.occurred_on.isoformat())
        assert not is_in(replace(opened, said=opened.said | {"on": "2026-01-02"}), root)
        assert not is_in(replace(opened, salt=bytes(16)), root)
        assert not is_in(replace(opened, index=(index + 1) % len(SIGNALS)), root)


def test_neither_the_same_signal_of_two_rows_nor_of_two_certifications_gives_the_same_leaf() -> None:
    twice = [(1, SIGNALS[0][1]), (2, SIGNALS[0][1])]
    hashes = {*leaves(twice, CODES, RULES, SEED), *leaves(twice, CODES, RULES, bytes(32))}
    assert len(hashes) == 4
