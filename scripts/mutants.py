"""The mutants of the contracts: each of their lines, put otherwise in one small way.

An operator for its neighbours, a condition for its opposite, a number for the next one, a statement for
nothing: the kinds that slither-mutate makes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
    """One line (from 1) of one file, put otherwise."""

    path: Path
    line: int
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it also when lines move."""
        return self.path.name, self.before.strip(), self.after.strip()

    def applied(self, source: str) -> str:
        """The file with this line."""
        lines = source.splitlines()
        lines[self.line - 1] = self.after
        return "\n".join(lines) + "\n"


def mutants_of(path: Path, source: str) -> Iterator[Mutant]:
    """Every mutant of a source file."""
    for number, text in enumerate(source.splitlines(), 1):
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
