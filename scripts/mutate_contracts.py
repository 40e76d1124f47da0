"""Change the contracts in one small way at a time, in a copy, and see whether a test notices.

    mutate_contracts.py                     every mutant: hours
    mutate_contracts.py --sample 200        so many of them, drawn by --seed: minutes, and an estimate
    mutate_contracts.py --only ConsentRules only those of a source file

Mutants: an operator for its neighbours, a condition for its opposite, a number for the next one, a statement
for nothing. slither-mutate makes the same kinds, but compiles each twice. Survivors are printed with their
line; exits 1 if under 95 % of the mutants that compile are noticed.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCORE = 0.95
TIMEOUT = 300
# `<` and `>` with blanks around them only, so that shifts and comments are left alone.
# No exclusive or for an or: the fields of a word share no bit, so that nothing would change.
OPERATORS = {
    " == ": (" != ",),
    " != ": (" == ",),
    " < ": (" <= ", " > "),
    " > ": (" >= ", " < "),
    " <= ": (" < ", " > "),
    " >= ": (" > ", " < "),
    " && ": (" || ",),
    " || ": (" && ",),
    " + ": (" - ",),
    " - ": (" + ",),
    " | ": (" & ",),
    " & ": (" | ",),
    " << ": (" >> ",),
    " >> ": (" << ",),
    "++": ("--",),
    " += ": (" -= ",),
    " = 0": (" = 1",),
    "if (!": ("if (",),
    "~(": ("(",),
    "(true": ("(false",),
}
NUMBER = re.compile(r"(?<![\w.\"])(?:0x[0-9A-Fa-f]+|[1-9][\d_]*)(?![\w.\"])")
STATEMENT = re.compile(r"^ {8,}(?:[\w.\[\]]+(?:\([^;]*\))? (?:=|\|=|\+=) [^;]+|_?[\w.]+\([^;]*\));$")
CONDITION = re.compile(r"^(\s*(?:else )?if )\((.+)\)( .*)?$")
SKIPPED = ("//", "import ", "pragma ", "error ", "event ", "/// ", "*", "using ", "interface ", 'keccak256("')


@dataclass(frozen=True)
class Mutant:
    """One line of one file, put otherwise."""

    path: Path
    line: int
    before: str
    after: str


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of a source file, relative to contracts/."""
    for number, text in enumerate((ROOT / "contracts" / path).read_text().splitlines(), 1):
        if text.strip().startswith(SKIPPED):
            continue
        code = text.split(" // ")[0]
        changed = set()
        for operator, others in OPERATORS.items():
            for found in re.finditer(re.escape(operator), code):
                changed |= {code[: found.start()] + other + code[found.end() :] for other in others}
        for found in NUMBER.finditer(code):
            value = int(found[0].replace("_", ""), 0) + 1
            changed.add(f"{code[: found.start()]}{value}{code[found.end() :]}")
        if condition := CONDITION.match(code):
            for always in ("true", "false"):
                changed.add(f"{condition[1]}({always}){condition[3] or ''}")
        if STATEMENT.match(code):
            changed.add(" " * 8 + ";")
        for after in sorted(changed):
            yield Mutant(path, number, code, after)


def is_noticed(copy: Path, mutant: Mutant) -> bool | None:
    """Whether a test fails; None if the mutant does not compile. A test that runs on for ever notices."""
    source = copy / "contracts" / mutant.path
    original = source.read_text()
    lines = original.splitlines()
    lines[mutant.line - 1] = mutant.after
    source.write_text("\n".join(lines) + "\n")
    command = ["forge", "test", "--no-match-contract", "GasTest|InvariantsTest", "--fail-fast"]
    try:
        done = subprocess.run(
            command, cwd=copy / "contracts", capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired:
        return True
    finally:
        source.write_text(original)
    if (
        "Compiler run failed" in done.stdout + done.stderr
        or "Compilation failed" in done.stdout + done.stderr
    ):
        return None
    return done.returncode != 0


def main() -> int:
    """Run the mutants that were asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a source file's name")
    arguments = parser.parse_args()
    os.environ["PATH"] = f"{ROOT}/node_modules/.bin:{os.environ['PATH']}"
    os.environ["FOUNDRY_PROFILE"] = "mutation"
    files = sorted((ROOT / "contracts/src").rglob("*.sol"))
    mutants = [
        mutant
        for file in files
        if arguments.only in file.name and "interfaces" not in file.parts and file.name != "Codes.sol"
        for mutant in mutants_of(file.relative_to(ROOT / "contracts"))
    ]
    total = len(mutants)
    if arguments.sample:
        drawn = random.Random(arguments.seed).sample(mutants, min(arguments.sample, total))  # noqa: S311
        mutants = sorted(drawn, key=lambda mutant: (mutant.path, mutant.line))
    counts = {True: 0, False: 0, None: 0}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(
            ROOT / "contracts",
            copy / "contracts",
            symlinks=True,
            ignore=shutil.ignore_patterns("out", "cache", "snapshots"),
        )
        for name in ("node_modules", "scripts", "tests"):
            (copy / name).symlink_to(ROOT / name)
        for mutant in mutants:
            noticed = is_noticed(copy, mutant)
            counts[noticed] += 1
            if noticed is False:
                print(f"survives: {mutant.path}:{mutant.line}")
                print(f"  - {mutant.before.strip()}\n  + {mutant.after.strip()}")
            sys.stdout.flush()
    compiled = counts[True] + counts[False]
    score = counts[True] / compiled if compiled else 1.0
    print(f"{len(mutants)} of {total} mutants: {counts[None]} don't compile")
    print(f"{counts[True]} noticed, {counts[False]} survive")
    print(f"score {score:.1%}")
    return 0 if score >= SCORE else 1


if __name__ == "__main__":
    sys.exit(main())
