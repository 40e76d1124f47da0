"""The benchmarks measure what they say, and print it under the names that stay."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

SIZES = (1, 10, 100, 400)


@cache
def bench(*arguments: str) -> dict[str, dict[str, Any]]:
    """The figures of `ledger bench` by name."""
    command = (str(Path(sys.executable).with_name("ledger")), "bench", *arguments, "--json")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["bench"] == arguments[0]
    assert answer["machine"]["cores"] >= 1
    figures = {figure["name"]: figure for figure in answer["figures"]}
    assert all(figure["value"] > 0 and figure["unit"] for figure in figures.values())
    return figures


def test_gas_of_each_change_stands_beside_its_peers_and_the_floor() -> None:
    figures = bench("gas")
    value = {name: figure["value"] for name, figure in figures.items()}
    for size in SIZES:
        for change in ("first", "renew", "seamless", "consent", "consent_first", "many_first", "sent_renew"):
            ours = figures[f"gas.{change}_{size}"]
            assert ours["to"] == f"EAS multiAttest of {size}"
            assert ours["ratio"] == ours["value"] / value[f"gas.eas_{size}"]
        assert figures[f"gas.revoke_{size}"]["to"] == f"EAS multiRevoke of {size}"
        assert value[f"gas.verax_{size}"] > value[f"gas.eas_{size}"]
        for change in ("first", "renew"):
            floor = figures[f"gas.floor_{change}_{size}"]
            assert floor["to"] == f"gas.{change}_{size}"
            assert floor["ratio"] == floor["value"] / value[f"gas.{change}_{size}"] < 1
    for change in ("first", "renew", "seamless", "consent", "revoke"):
        by_size = [value[f"gas.{change}_{size}"] for size in SIZES]
        assert by_size == sorted(by_size, reverse=True)


def test_the_floor_is_a_storage_write_its_call_data_and_its_log() -> None:
    """Between what the yellow paper charges for these alone, and 100 gas more to find them."""
    floor = bench("gas")["gas.floor_renew_400"]["value"]
    least = 5_000 + 96 * 4 + 96 * 8  # SSTORE (EIP-2929), zero bytes of call data (EIP-2028), bytes of a log
    most = least + 96 * 12 + 100  # no byte of call data zero
    assert least < floor < most


def test_gas_at_100_per_batch_is_within_its_limits() -> None:
    """Gas is counted, not timed: the same on every machine."""
    figures = bench("gas")
    assert figures["gas.first_100"]["value"] <= 26_000
    for change in ("renew", "seamless", "consent"):
        assert figures[f"gas.{change}_100"]["value"] <= 8_700
    assert figures["gas.renew_100"]["ratio"] <= 1 / 23


def test_replay_is_of_as_many_records_as_were_asked_for() -> None:
    figures = bench("replay", "--records", "300", "--singles", "50")
    assert set(figures) >= {
        "replay.command_s",
        "replay.batch_per_s",
        "replay.single_per_s",
        "replay.reduce_per_s",
        "replay.rss_mib",
    }
    assert figures["replay.batch_per_s"]["to"] == "libsecp256k1 recoveries on all cores"


def test_a_roster_is_imported_certified_and_final() -> None:
    figures = bench("roster", "--people", "60")
    parts = sum(figures[f"roster.{part}_s"]["value"] for part in ("import", "accept", "final"))
    assert abs(parts - figures["roster.s"]["value"]) < 1e-6
    assert {"service.rss_mib", "chain.rss_mib"} <= set(figures)


def test_an_empty_index_is_filled_with_every_record() -> None:
    figures = bench("backfill", "--records", "800")
    assert figures["backfill.records"]["value"] == 800
    assert figures["backfill.records_per_s"]["to"] == "fetching and decoding the same logs"


def test_the_embedded_chain_restarts_to_the_same_hashes() -> None:
    figures = bench("chain", "--records", "800")
    assert {"chain.restart_s", "chain.persistence_s"} <= set(figures)


def test_a_withdrawal_that_one_process_answered_is_denied_by_another() -> None:
    figures = bench("withdraw", "--people", "10")
    denied, final = figures["withdraw.denied_p99_ms"], figures["withdraw.final_p99_ms"]
    assert denied["value"] < final["value"]


def test_decisions_are_measured_with_and_without_proofs() -> None:
    figures = bench("decide", "--people", "100", "--seconds", "1")
    assert set(figures) >= {
        "decide.per_s",
        "decide.p99_ms",
        "decide.proof_per_s",
        "proof.bytes",
        "verify.ms",
    }
    assert figures["proof.bytes"]["value"] <= 12_000
