"""The fault harness draws the same faults from the same seed."""

from __future__ import annotations

from collections import Counter

import pytest

from ledger.cli.bench.chaos.schedule import KILLS, RPC, Kind, Profile, schedule


@pytest.mark.parametrize("profile", list(Profile))
def test_a_seed_gives_the_same_faults_again_and_another_seed_gives_others(profile: Profile) -> None:
    assert schedule(profile, 7, 600) == schedule(profile, 7, 600)
    assert schedule(profile, 7, 600) != schedule(profile, 8, 600)


def test_a_long_run_has_faults_of_every_kind_of_its_profile() -> None:
    embedded = Counter(fault.kind for fault in schedule(Profile.EMBEDDED, 1, 600))
    depth = Counter(fault.kind for fault in schedule(Profile.DEPTH, 1, 600))
    assert embedded.keys() == KILLS | {Kind.FILL_DISK, Kind.MOVE_CLOCK}
    assert depth.keys() == RPC | {Kind.REORGANISE, Kind.KILL_SERVICE, Kind.MOVE_CLOCK}


def test_reorganisations_are_1_to_30_blocks_deep() -> None:
    depths = {fault.amount for fault in schedule(Profile.DEPTH, 1, 7200) if fault.kind is Kind.REORGANISE}
    assert min(depths) == 1
    assert max(depths) == 30
