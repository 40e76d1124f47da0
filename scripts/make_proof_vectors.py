"""Writes tests/vectors/proofs/: 40 proofs that hold and 200 and more that don't, from a real chain, for every
verifier.

Each run makes a chain of its own, so every value changes. Run as `python -m scripts.make_proof_vectors`.
What must come out is written down in the story and by hand in `proof_breaking`, never taken from a verifier.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.proof_breaking import Breaker
from scripts.proof_story import told

FOLDER = Path(__file__).parent.parent / "tests" / "vectors" / "proofs"
UNKNOWN = "unknown"


def main() -> None:
    """Write every file anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as home, told(Path(home)) as story:
        good = [
            {"name": one.name, "meaning": one.meaning, "proof": json.loads(one.proof.to_json())}
            for one in story.good.values()
            if one.meaning != UNKNOWN
        ]
        broken = list(Breaker(story).cases())
        story.deployment.save(FOLDER / "deployment.json")
    (FOLDER / "deployment.json").chmod(0o644)
    write("good", good)
    write("broken", broken)
    print(f"{len(good)} good, {len(broken)} broken")


def write(name: str, cases: Sequence[dict[str, Any]]) -> None:
    """One file, one case to a line."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
