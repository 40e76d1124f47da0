"""The benchmarks measure what they say, and print it under the names that stay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


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


def test_gas_of_each_change_stands_beside_that_of_eas() -> None:
    figures = bench("gas")
    for change in ("first", "renew", "seamless", "consent", "revoke", "consent_first"):
        for size in (1, 10, 100, 400):
            ours, theirs = figures[f"gas.{change}_{size}"], figures[f"gas.eas_{size}"]
            assert ours["to"] == f"EAS multiAttest of {size}"
            assert ours["ratio"] == ours["value"] / theirs["value"]
    for change in ("first", "renew", "seamless", "consent", "revoke"):
        by_size = [figures[f"gas.{change}_{size}"]["value"] for size in (1, 10, 100, 400)]
        assert by_size == sorted(by_size, reverse=True)
    assert figures["gas.renew_100"]["value"] < figures["gas.first_100"]["value"]


def test_gas_at_100_per_batch_is_within_its_limits() -> None:
    """Gas is counted, not timed: the same on every machine."""
    figures = bench("gas")
    assert figures["gas.first_100"]["value"] <= 27_000
    assert figures["gas.renew_100"]["value"] <= 9_000
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
