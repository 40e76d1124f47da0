"""Cursors."""

from __future__ import annotations

import pytest

from api.pagination import decode_cursor, encode_cursor, page_of
from ledger.errors import BadInput


@pytest.mark.parametrize("position", [0, 1, 50, 10**17])
def test_a_cursor_comes_back_as_it_was(position: int) -> None:
    assert decode_cursor(encode_cursor(position)) == position


@pytest.mark.parametrize("cursor", ["", "x", "-", "LTE", "MTIz=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "é"])
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(BadInput, match="bad_cursor"):
        decode_cursor(cursor)


def test_pages_join_to_the_whole() -> None:
    whole = list(range(10))
    joined: list[int] = []
    cursor: str | None = None
    while True:
        page = page_of(whole, cursor, 3)
        joined += page.items
        cursor = page.next
        if cursor is None:
            break
    assert joined == whole
