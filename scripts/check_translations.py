"""Checks the message catalogues: the same codes and placeholders in every language, and a text for every code
used.

A code counts as used where the source makes a LedgerError (or a class derived from one), calls `text`, or
notes a problem of a roster's cell, with the code as a literal. Prints what is wrong, one line each; exit code
1 if anything is.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.texts import messages as texts
from ledger.texts.messages import LOCALES, catalogue, placeholders

ROOT = Path(__file__).resolve().parent.parent
CODE_POSITION = {"CellProblem": 1, "fault": 1, "say": 0}
"""Callables beside errors and `text` that take a message code, and which positional argument it is."""


def main() -> int:
    problems = [*differences(), *missing_texts()]
    for problem in problems:
        print(problem)
    print(f"{len(catalogue(LOCALES[0]))} messages in {len(LOCALES)} languages, {len(problems)} problems")
    return 1 if problems else 0


def differences() -> Iterator[str]:
    """Codes that a language lacks, and placeholders that differ between languages."""
    reference = catalogue(LOCALES[0])
    for locale in LOCALES[1:]:
        messages = catalogue(locale)
        for code in sorted(reference.keys() ^ messages.keys()):
            yield f"{code}: no text in {locale if code in reference else LOCALES[0]}"
        for code in sorted(reference.keys() & messages.keys()):
            if placeholders(reference[code]) != placeholders(messages[code]):
                yield f"{code}: placeholders differ between {LOCALES[0]} and {locale}"


def missing_texts() -> Iterator[str]:
    """Codes that the source uses and no catalogue has."""
    trees = {
        path: ast.parse(path.read_text(encoding="utf-8"), str(path))
        for folder in ("src", "api")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    positions = CODE_POSITION | dict.fromkeys(error_classes(trees.values()), 0)
    for path, tree in trees.items():
        for line, code in used_codes(tree, positions):
            if code not in catalogue(LOCALES[0]):
                yield f"{path.relative_to(ROOT)}:{line}: no text for {code}"


def error_classes(trees: Iterable[ast.Module]) -> set[str]:
    """Names of the classes derived from LedgerError, at any distance."""
    bases = {
        node.name: {ast.unparse(base).rpartition(".")[2] for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"LedgerError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


def used_codes(tree: ast.Module, positions: dict[str, int]) -> Iterator[tuple[int, str]]:
    if any(isinstance(node, ast.ImportFrom) and node.module == texts.__name__ for node in ast.walk(tree)):
        positions = positions | {"text": 0}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        position = positions.get(ast.unparse(node.func).rpartition(".")[2])
        if position is None or len(node.args) <= position:
            continue
        argument = node.args[position]
        for choice in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                yield choice.lineno, choice.value


if __name__ == "__main__":
    sys.exit(main())
