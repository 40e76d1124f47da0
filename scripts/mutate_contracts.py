"""Change the contracts in one small way at a time, in a copy, and see whether a test notices.

    mutate_contracts.py                     every mutant: an hour or two
    mutate_contracts.py --sample 200        so many of them, drawn by --seed: minutes, and an estimate
    mutate_contracts.py --only ConsentRules only those of a source file

Mutants: an operator for its neighbours, a condition for its opposite, a number for the next one, a statement
for nothing. slither-mutate makes the same kinds, but compiles each twice. Survivors are printed with the
line; contracts/survivors.toml says of each why no test can notice it. Exits 1 if under 95 % of the mutants
that compile are noticed, or if one survives that the file does not explain.
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
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).resolve().parent.parent
SURVIVORS = ROOT / "contracts/survivors.toml"
SCORE = 0.95
TIMEOUT = 300
SLOW = "test/vectors/*"
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


def copy_contracts(folder: Path) -> Path:
    """A copy of contracts/ to change and build in, with what it reaches outside of itself."""
    copy = folder / "contracts"
    ignored = shutil.ignore_patterns("out", "cache", "snapshots")
    shutil.copytree(ROOT / "contracts", copy, symlinks=True, ignore=ignored)
    for name in ("node_modules", "scripts", "tests"):
        (folder / name).symlink_to(ROOT / name)
    return copy


def is_noticed(copy: Path, mutant: Mutant) -> bool | None:
    """Whether a test fails; None if the mutant does not compile. A test that runs on for ever notices."""
    source = copy / mutant.path
    original = source.read_text()
    lines = original.splitlines()
    lines[mutant.line - 1] = mutant.after
    source.write_text("\n".join(lines) + "\n")
    try:
        # The vectors take longer than all other tests, which notice most mutants by themselves.
        for tests in (("--no-match-path", SLOW), ("--match-path", SLOW)):
            passed = run_tests(copy, *tests)
            if passed is not True:
                return None if passed is None else True
        return False
    except subprocess.TimeoutExpired:
        return True
    finally:
        source.write_text(original)


def run_tests(copy: Path, *tests: str) -> bool | None:
    """Whether they pass; None if they do not compile."""
    command = ("forge", "test", "--no-match-contract", "GasTest|InvariantsTest", "--fail-fast", *tests)
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    said = done.stdout + done.stderr
    if "Compiler run failed" in said or "Compilation failed" in said:
        return None
    return done.returncode == 0


def try_all(mutants: Sequence[Mutant], workers: int) -> list[bool | None]:
    """Whether each is noticed, in order; each worker has a copy of its own."""
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(workers) as pool:
        copies: Queue[Path] = Queue()
        for number in range(workers):
            folder = Path(name, str(number))
            folder.mkdir()
            copies.put(copy_contracts(folder))

        def attempt(mutant: Mutant) -> bool | None:
            copy = copies.get()
            try:
                noticed = is_noticed(copy, mutant)
            finally:
                copies.put(copy)
            if noticed is False:
                print(f"survives: {mutant.path}:{mutant.line}")
                print(f"  - {mutant.before.strip()}\n  + {mutant.after.strip()}", flush=True)
            return noticed

        unchanged = copies.get()
        if run_tests(unchanged) is not True:
            sys.exit("mutate_contracts: the tests fail on the contracts as they are")
        copies.put(unchanged)
        return list(pool.map(attempt, mutants))


def explained() -> set[tuple[str, str, str]]:
    """The mutants of survivors.toml: file, line before, line after."""
    found = tomllib.loads(SURVIVORS.read_text())["survivor"]
    return {(one["file"], one["before"], one["after"]) for one in found if one["why"]}


def main() -> int:
    """Run the mutants that were asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sample", type=int, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a source file's name")
    parser.add_argument("--workers", type=int, default=2, help="how many are tried at a time")
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
    results = try_all(mutants, arguments.workers)
    survivors = [mutant for mutant, noticed in zip(mutants, results, strict=True) if noticed is False]
    compiled = len(results) - results.count(None)
    score = results.count(True) / compiled if compiled else 1.0
    known = explained()
    unexplained = [
        one for one in survivors if (one.path.name, one.before.strip(), one.after.strip()) not in known
    ]
    print(f"{len(mutants)} of {total} mutants: {results.count(None)} don't compile")
    print(f"{results.count(True)} noticed, {len(survivors)} survive, {len(unexplained)} of them unexplained")
    print(f"score {score:.1%}")
    return 0 if score >= SCORE and not unexplained else 1


if __name__ == "__main__":
    sys.exit(main())
