"""Change the contracts in one small way at a time, and see whether a test notices.

    mutate_contracts.py                     every mutant: half an hour on two idle cores
    mutate_contracts.py --sample 200        so many of them, drawn by --seed, and an estimate
    mutate_contracts.py --only ConsentRules only those of a source file

The tests are compiled once. A mutant is compiled by itself and put in the place of the contracts that the
tests deploy by name. Survivors are printed with their line, and contracts/survivors.toml says of each why no
test can notice it; one that ships as the very same code is no change. Exits 1 if under 95 % of the others are
noticed, or if one survives that the file does not explain.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from queue import Queue

from build_contracts import COMPILER, NAMES, settings, sources
from mutants import Mutant, mutants_of

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
SURVIVORS = CONTRACTS / "survivors.toml"
SCORE = 0.95
TIMEOUT = 300
# These take longer than all other tests, which notice most mutants by themselves.
SLOW = "test/{vectors,fuzz}/*"

Code = dict[str, str]
Sources = dict[str, dict[str, str]]


class Fate(StrEnum):
    """What became of a mutant."""

    MALFORMED = "does not compile"
    NOTICED = "noticed"
    SURVIVES = "survives"
    SAME = "is the same code"


class Compiler:
    """The compiler, kept running, because it takes longer to start than to compile a mutant."""

    def __init__(self, stack: ExitStack) -> None:
        command = ("node", COMPILER.with_name("solc_server.cjs"))
        self._process = stack.enter_context(
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(self._process.terminate)

    def compile(self, units: Sources, names: Sequence[str], *, shipped: bool = False) -> Code | None:
        """The creation code of contracts, None if it is refused; optimised only as `shipped`."""
        full = settings()
        used = full if shipped else {key: full[key] for key in ("evmVersion", "metadata")}
        wanted = {f"src/{name}.sol": {name: ["evm.bytecode.object"]} for name in names}
        request = {
            "language": "Solidity",
            "sources": units,
            "settings": used | {"outputSelection": wanted},
        }
        answer = json.loads(self._ask(json.dumps(request)))
        if any(error["severity"] == "error" for error in answer.get("errors", ())):
            return None
        found = {name: answer["contracts"][f"src/{name}.sol"][name] for name in names}
        return {name: contract["evm"]["bytecode"]["object"] for name, contract in found.items()}

    def _ask(self, line: str) -> str:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the compiler was started without pipes")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


class Bench:
    """A copy of the contracts with their tests compiled, and a compiler for what they are given to deploy."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._compiler = Compiler(stack)
        self._imported = {name: sources((name,)) for name in NAMES}
        self._copy = folder / "contracts"
        ignored = shutil.ignore_patterns("out", "cache", "snapshots")
        shutil.copytree(CONTRACTS, self._copy, symlinks=True, ignore=ignored)
        for name in ("node_modules", "scripts", "tests"):
            (folder / name).symlink_to(ROOT / name)
        # All of it, and first: a run of some tests leaves the others to be compiled again by every run.
        subprocess.run(("forge", "build", "--quiet"), cwd=self._copy, check=True)
        if not self._pass():
            sys.exit("mutate_contracts: the tests fail on the contracts as they are")

    def fate(self, mutant: Mutant) -> Fate:
        """Of a mutant. A test that runs on for ever notices it."""
        unit = str(mutant.path)
        names = [name for name, units in self._imported.items() if unit in units]
        before = {key: content for name in names for key, content in self._imported[name].items()}
        after = before | {unit: {"content": mutant.applied(before[unit]["content"])}}
        code = self._compiler.compile(after, names)
        if code is None:
            return Fate.MALFORMED
        if not self._survives(code):
            return Fate.NOTICED
        shipped = [self._compiler.compile(units, names, shipped=True) for units in (before, after)]
        return Fate.SAME if shipped[0] == shipped[1] else Fate.SURVIVES

    def _survives(self, code: Code) -> bool:
        """Whether the tests pass on these contracts."""
        artifacts = {name: self._copy / f"cache/mutation/out/{name}.sol/{name}.json" for name in code}
        original = {name: artifact.read_bytes() for name, artifact in artifacts.items()}
        try:
            for name, artifact in artifacts.items():
                content = json.loads(original[name])
                content["bytecode"]["object"] = "0x" + code[name]
                artifact.write_text(json.dumps(content))
            return self._pass("--no-match-path", SLOW) and self._pass("--match-path", SLOW)
        except subprocess.TimeoutExpired:
            return False
        finally:
            for name, artifact in artifacts.items():
                artifact.write_bytes(original[name])

    def _pass(self, *tests: str) -> bool:
        command = ("forge", "test", "--no-match-contract", "GasTest|InvariantsTest", "--fail-fast", *tests)
        done = subprocess.run(
            command, cwd=self._copy, capture_output=True, text=True, check=False, timeout=TIMEOUT
        )
        return done.returncode == 0


def try_all(mutants: Sequence[Mutant], workers: int) -> list[Fate]:
    """What becomes of each, in order; each worker has a bench of its own."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack, ThreadPoolExecutor(workers) as pool:
        benches: Queue[Bench] = Queue()
        for number in range(workers):
            folder = Path(name, str(number))
            folder.mkdir()
            benches.put(Bench(folder, stack))

        def attempt(mutant: Mutant) -> Fate:
            bench = benches.get()
            try:
                fate = bench.fate(mutant)
            finally:
                benches.put(bench)
            if fate in (Fate.SURVIVES, Fate.SAME):
                print(f"{fate}: {mutant.path}:{mutant.line}")
                print(f"  - {mutant.before.strip()}\n  + {mutant.after.strip()}", flush=True)
            return fate

        fates = []
        for fate in pool.map(attempt, mutants):
            fates.append(fate)
            if len(fates) % 50 == 0:
                print(f"{len(fates)} of {len(mutants)}", file=sys.stderr, flush=True)
        return fates


def explained() -> set[tuple[str, str, str]]:
    """The mutants of survivors.toml."""
    found = tomllib.loads(SURVIVORS.read_text())["survivor"]
    return {(one["file"], one["before"], one["after"]) for one in found if one["why"]}


def all_mutants(only: str) -> list[Mutant]:
    """Those of every contract, library and type whose name has `only` in it."""
    files = sorted((CONTRACTS / "src").rglob("*.sol"))
    return [
        mutant
        for file in files
        if only in file.name and "interfaces" not in file.parts and file.name != "Codes.sol"
        for mutant in mutants_of(file.relative_to(CONTRACTS), file.read_text())
    ]


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
    mutants = all_mutants(arguments.only)
    total = len(mutants)
    if arguments.sample:
        drawn = random.Random(arguments.seed).sample(mutants, min(arguments.sample, total))  # noqa: S311
        mutants = sorted(drawn, key=lambda mutant: (mutant.path, mutant.line))
    fates = try_all(mutants, arguments.workers)
    survivors = [one for one, fate in zip(mutants, fates, strict=True) if fate is Fate.SURVIVES]
    known = explained()
    unexplained = [one for one in survivors if one.key not in known]
    noticed = fates.count(Fate.NOTICED)
    score = noticed / max(1, noticed + len(survivors))
    print(f"{len(mutants)} of {total} mutants")
    print("; ".join(f"{fates.count(fate)} {fate}" for fate in Fate))
    print(f"score {score:.1%}; {len(unexplained)} of the survivors unexplained")
    return 0 if score >= SCORE and not unexplained else 1


if __name__ == "__main__":
    sys.exit(main())
