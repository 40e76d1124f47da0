"""Sealed signals: they open where they were sealed, and their slot tells nothing."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import Refused
from ledger.keys.signal_seal import SignalSeal

KEY = b"\x11" * 32
DAY = date(2026, 9, 30)


def test_what_is_sealed_opens_in_its_slot_and_nowhere_else() -> None:
    seal = SignalSeal(KEY)
    slot, other = (seal.slot("Sa", 34, kind, 202609) for kind in ("bus-card", "phone"))
    sealed = seal.seal(slot, "bus-card", DAY, "tx-1")
    assert seal.open(slot, sealed) == ("bus-card", DAY, "tx-1")
    assert b"bus" not in sealed
    for wrong in (
        lambda: seal.open(other, sealed),
        lambda: SignalSeal(b"\x12" * 32).open(slot, sealed),
        lambda: seal.open(slot, sealed[:-1]),
        lambda: seal.open(slot, b""),
    ):
        with pytest.raises(Refused, match="seal_broken"):
            wrong()


def test_a_slot_stands_for_one_person_department_kind_and_month_under_one_key() -> None:
    seal = SignalSeal(KEY)
    slots = {
        seal.slot("Sa", 34, "bus-card", 202609),
        seal.slot("Sb", 34, "bus-card", 202609),
        seal.slot("Sa", 35, "bus-card", 202609),
        seal.slot("Sa", 34, "phone", 202609),
        seal.slot("Sa", 34, "bus-card", 202610),
        SignalSeal(b"\x12" * 32).slot("Sa", 34, "bus-card", 202609),
    }
    assert len(slots) == 6
    assert {len(slot) for slot in slots} == {16}
