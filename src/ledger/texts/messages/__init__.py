"""Messages by code and language.

A message code is dotted (`roster.name.missing`). Its texts stand in `<locale>/*.toml`, one file per area,
under the same code in every language; `{name}` is filled from the parameters. `scripts/check_translations.py`
holds the languages together.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

LOCALES = ("zh-CN", "en")
"""First the default: the users' own language."""


class MissingText(LookupError):
    """A message code without a text, or a text without one of its parameters: a mistake in the program."""


def text(code: str, locale: str, **params: object) -> str:
    """The message for a code in a language of LOCALES. Raises MissingText."""
    try:
        template = catalogue(locale)[code]
    except KeyError:
        raise MissingText(f"no text for message {code!r} in {locale!r}") from None
    try:
        return template.format_map(params)
    except KeyError as missing:
        raise MissingText(f"message {code!r} in {locale!r} needs the parameter {missing}") from None


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """Every message of a language by code. Raises MissingText for a language that is not in LOCALES."""
    if locale not in LOCALES:
        raise MissingText(f"no messages in {locale!r}, only in {', '.join(LOCALES)}")
    messages: dict[str, str] = {}
    folder = resources.files(__package__) / locale
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for code, message in _flatten(tomllib.loads(file.read_text(encoding="utf-8"))):
                if code in messages:
                    raise MissingText(f"message {code!r} stands twice in {locale!r}")
                messages[code] = message
    return messages


def placeholders(template: str) -> frozenset[str]:
    """The names of the parameters that a message needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield prefix + key, value
        else:
            yield from _flatten(value, f"{prefix}{key}.")
