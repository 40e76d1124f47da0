"""Check that what contracts/test/**/*.tree promise is tested, and that what is tested there is promised.

Each leaf of a tree names its test, or tests, in brackets. A test of the same folder has that name, and every
test of a folder with trees is named by a leaf. `make check` calls it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "contracts" / "test"
BRANCH = re.compile(r"^(?P<indent>[│ ]*)[├└]── (?P<text>.+)$")
NAMED = re.compile(r"\[(test\w+(?:, test\w+)*)\]$")
TEST = re.compile(r"\bfunction (test\w+)\(")


def leaves(tree: str) -> list[str]:
    """The lines of a tree that nothing hangs below."""
    branches = [found for line in tree.splitlines() if (found := BRANCH.match(line))]
    depths = [len(branch["indent"]) for branch in branches] + [0]
    return [
        branch["text"]
        for branch, depth, next_depth in zip(branches, depths, depths[1:], strict=False)
        if next_depth <= depth
    ]


def problems(folder: Path) -> list[str]:
    """What is wrong with the trees of a folder and its tests."""
    tested = {name for file in folder.glob("*.t.sol") for name in TEST.findall(file.read_text("utf-8"))}
    promised: set[str] = set()
    found = []
    for file in sorted(folder.glob("*.tree")):
        for leaf in leaves(file.read_text("utf-8")):
            named = NAMED.search(leaf)
            names = named[1].split(", ") if named else []
            if not names:
                found.append(f"{file.relative_to(TESTS)}: no test named for “{leaf}”")
            found += [
                f"{file.relative_to(TESTS)}: no {name} in {folder.name}/"
                for name in names
                if name not in tested
            ]
            promised |= set(names)
    return found + [f"{folder.name}/: no leaf of a tree for {name}" for name in sorted(tested - promised)]


def main() -> int:
    """Check every folder that has trees. Returns the exit code."""
    folders = sorted({file.parent for file in TESTS.rglob("*.tree")})
    found = [problem for folder in folders for problem in problems(folder)]
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.stdout.write(f"{len(folders)} folders with trees, {len(found)} problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
