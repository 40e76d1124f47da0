"""Long lists of bound parameters, cut up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

T = TypeVar("T")

_SIZE = 500  # well below what SQLite (32,766) and PostgreSQL (65,535) take in one statement


def chunks(values: Collection[T]) -> Iterator[list[T]]:
    """`values` in lists of at most 500."""
    ordered = list(values)
    for start in range(0, len(ordered), _SIZE):
        yield ordered[start : start + _SIZE]
