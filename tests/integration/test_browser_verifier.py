"""The browser's verifier agrees with the vectors, and so with Python's."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

from ledger.domain.proofs.verification import verify
from ledger.keys.signatures import recover
from tests.proof_vectors import Vector, broken, good

RUNNER = Path(__file__).parent.parent / "verifier.mjs"


def verified(vectors: list[Vector]) -> list[dict[str, Any]]:
    """What the JavaScript verifier says of each."""
    node = shutil.which("node")
    assert node is not None, "Node.js 20 or newer is needed: install it and run make setup-dev"
    cases = "\n".join(
        json.dumps(
            {
                "data": b64encode(vector.data).decode(),
                "deployment": vector.deployment.model_dump_json(),
            }
        )
        for vector in vectors
    )
    run = subprocess.run(
        [node, "--no-warnings", str(RUNNER)], input=cases, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_good_proofs_hold_and_mean_the_same() -> None:
    vectors = list(good())
    results = verified(vectors)
    assert [(r["outcome"], r["meaning"]) for r in results] == [("holds", v.meaning) for v in vectors]
    assert all(result["passed"] == result["count"] for result in results)


def test_broken_proofs_are_found_out_by_the_same_rule() -> None:
    vectors = list(broken())
    wrong = {
        vector.name: result
        for vector, result in zip(vectors, verified(vectors), strict=True)
        if (result["outcome"], result["rule"]) != (vector.outcome, vector.rule)
    }
    assert not wrong


def test_both_verifiers_check_the_same_rules_in_the_same_order() -> None:
    vectors = [*good(), *broken()]
    for vector, result in zip(vectors, verified(vectors), strict=True):
        checks = verify(vector.data, vector.deployment.pinned, recover).checks
        assert (checks[-1].rule, len(checks)) == (result["rule"], result["count"]), vector.name
