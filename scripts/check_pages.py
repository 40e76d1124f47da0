"""Checks the console's templates: every text they show comes from the catalogues, and is there.

Prints what is wrong, one line each; exit code 1 if anything is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from ledger.texts.messages import LOCALES, catalogue

TEMPLATES = Path(__file__).resolve().parent.parent / "api" / "templates"
READ_ALOUD = frozenset({"alt", "aria-label", "content", "label", "placeholder", "title"})
NOT_TEXT = frozenset({"viewport", "htmx-config"})
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_CALL = re.compile(r"""\bt\(\s*(["'])([^"']+)\1\s*([~+]?)""")
_WORD = re.compile(r"[A-Za-z\u4e00-\u9fff]{2,}")


class Literals(HTMLParser):
    """Collects what a reader would see or hear that stands in the template itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self._note(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta" and dict(attrs).get("name") in NOT_TEXT:
            return
        for name, value in attrs:
            if name in READ_ALOUD:
                self._note(value or "")

    def _note(self, text: str) -> None:
        if _WORD.search(text) and not text.strip().startswith("/"):
            self.found.append(text.strip())


def problems(path: Path) -> Iterator[str]:
    """Texts that are not translated, and codes that no catalogue has."""
    source = path.read_text(encoding="utf-8")
    literals = Literals()
    literals.feed(_JINJA.sub(" ", source))
    for literal in literals.found:
        yield f"{path.name}: stands in the template, not in the catalogues: {literal!r}"
    for _, code, joined in _CALL.findall(source):
        codes = catalogue(LOCALES[0])
        if code not in codes and not (joined and any(known.startswith(code) for known in codes)):
            yield f"{path.name}: no text for {code}"


def main() -> int:
    """The number of templates with problems is said; the exit code is 1 if there are any."""
    paths = sorted(TEMPLATES.glob("*.html"))
    found = [problem for path in paths for problem in problems(path)]
    for problem in found:
        print(problem)
    print(f"{len(paths)} templates, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
