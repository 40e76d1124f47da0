"""The rules in Python and the contracts: the same random sequences, and nothing may differ.

    DIFFERENTIAL_SEED=… DIFFERENTIAL_BATCHES=… pytest tests/contracts/test_differential.py

repeats a run, whose failure names both.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from random import Random

from tests.contracts.differential import world as worlds
from tests.contracts.differential.run import Run

FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"


def test_contracts_and_python_agree_on_random_batches(tmp_path: Path) -> None:
    """State word by word, refusals with their arguments, heads and counts; see `Match`."""
    seed = int(os.environ.get("DIFFERENTIAL_SEED") or (secrets.randbits(32) if FULL else 510181))
    batches = int(os.environ.get("DIFFERENTIAL_BATCHES") or (10_000 if FULL else 1_000))
    repeat = f"DIFFERENTIAL_SEED={seed} DIFFERENTIAL_BATCHES={batches}"
    world = worlds.build(tmp_path, Random(seed))
    with world.chain:
        run = Run(world)
        try:
            run.go(batches)
        except BaseException as error:
            error.add_note(f"to repeat this run: {repeat}")
            raise
    match = run.match
    sys.stdout.write(
        f"{repeat}: {match.recorded} of {match.batches} batches recorded, and of "
        f"{sum(match.reached.values())} refusals and changes all {len(match.reached)} kinds reached\n"
    )
