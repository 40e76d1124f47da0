"""Lists in pages: each page names where the next one begins, in a form that callers only hand back."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from ledger.errors import BadInput

Item = TypeVar("Item")
_FARTHEST = 10**18
Limit = Annotated[int, Query(ge=1, le=200, description="Items in a page at most")]
Cursor = Annotated[str | None, Query(max_length=40, description="`next` of the page before")]


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next` is null on the last one."""

    items: list[Item]
    next: str | None = None


def encode_cursor(position: int) -> str:
    """The cursor that stands for a position."""
    return base64.urlsafe_b64encode(str(position).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> int | None:
    """The position a cursor stands for, None without one. Raises BadInput `bad_cursor`."""
    if cursor is None:
        return None
    try:
        position = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadInput("bad_cursor") from error
    if not 0 <= position <= _FARTHEST or encode_cursor(position) != cursor:
        raise BadInput("bad_cursor")
    return position


def page_of(items: Sequence[Item], cursor: str | None, limit: int) -> Page[Item]:
    """One page of a list that is short enough to be read whole."""
    start = decode_cursor(cursor) or 0
    end = start + limit
    return Page(items=list(items[start:end]), next=encode_cursor(end) if end < len(items) else None)
