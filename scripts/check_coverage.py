"""Holds the branch coverage of each part of the Python code to its bar, from `coverage json`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

HIGH, ELSEWHERE = 95.0, 85.0
CORE = ("domain", "relay", "audit")


def part_of(file: str) -> str:
    """The folder that answers for a file: src/ledger/<part> or api."""
    path = Path(file).parts
    return path[2].removesuffix(".py") if path[0] == "src" else path[0]


def main(report: Path) -> int:
    """Prints a line a part; 1 if one of them is below its bar."""
    covered: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for file, measured in json.loads(report.read_text())["files"].items():
        summary = measured["summary"]
        covered[part_of(file)] += summary["covered_lines"] + summary["covered_branches"]
        total[part_of(file)] += summary["num_statements"] + summary["num_branches"]
    below = 0
    for part in sorted(total):
        percent = 100 * covered[part] / total[part] if total[part] else 100.0
        bar = HIGH if part in CORE else ELSEWHERE
        below += percent < bar
        verdict = "below" if percent < bar else "ok"
        print(f"coverage: {part:<12} {percent:5.1f} % of at least {bar:.0f} %  {verdict}")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
