"""The fault harness draws the same faults from the same seed."""

from __future__ import annotations

import pytest

from ledger.cli.bench.chaos.schedule import KILLS, RPC, Kind, Profile, schedule


@pytest.mark.parametrize("profile", list(Profile))
def test_a_seed_gives_the_same_faults_again_and_another_seed_gives_others(profile: Profile) -> None:
    assert schedule(profile, 7, 600) == schedule(profile, 7, 600)
    assert schedule(profile, 7, 600) != schedule(profile, 8, 600)


def test_a_long_run_has_faults_of_every_kind_of_its_profile() -> None:
    kinds = {
        profile: {fault.kind for fault in schedule(profile, 1, 600)}
        for profile in (Profile.EMBEDDED, Profile.DEPTH, Profile.PARTS)
    }
    own_chain = {Kind.KILL_SERVICE, Kind.TEAR_JOURNAL, Kind.KILL_CHAIN}
    assert kinds[Profile.EMBEDDED] == own_chain | {Kind.FILL_DISK, Kind.MOVE_CLOCK}
    assert kinds[Profile.DEPTH] == RPC | {
        Kind.REORGANISE,
        Kind.KILL_SERVICE,
        Kind.KILL_AT_SEND,
        Kind.MOVE_CLOCK,
    }
    assert kinds[Profile.PARTS] == kinds[Profile.DEPTH] | {Kind.KILL_DATABASE, Kind.STOP_WORKER}
    assert set().union(*kinds.values()) > KILLS


def test_reorganisations_are_1_to_30_blocks_deep() -> None:
    depths = {fault.amount for fault in schedule(Profile.DEPTH, 1, 7200) if fault.kind is Kind.REORGANISE}
    assert min(depths) == 1
    assert max(depths) == 30
