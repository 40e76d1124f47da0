"""RLP lists, one level at a time: what a verifier reads was written by others, so nothing here recurses."""

from __future__ import annotations


class Nested(bytes):
    """An item that is itself a list, in its whole encoding."""


def decode_list(data: bytes) -> list[bytes]:
    """The items of an RLP list (Ethereum yellow paper, appendix B): strings as they are, lists as `Nested`.

    Raises ValueError unless `data` is exactly one list in its only valid encoding.
    """
    start, end, is_list = _item(data, 0)
    if not is_list:
        raise ValueError("a string where a list was expected")
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes after the list")
    items: list[bytes] = []
    at = start
    while at < end:
        item_start, item_end, item_is_list = _item(data, at)
        items.append(Nested(data[at:item_end]) if item_is_list else data[item_start:item_end])
        at = item_end
    if at != end:
        raise ValueError("an item goes beyond its list")
    return items


def decode_string(data: bytes) -> bytes:
    """The bytes of an RLP string. Raises ValueError unless `data` is exactly one string."""
    start, end, is_list = _item(data, 0)
    if is_list or end != len(data):
        raise ValueError("not one string")
    return data[start:end]


def decode_number(data: bytes) -> int:
    """A number from an item's bytes: big-endian. Raises ValueError for a leading zero."""
    if data[:1] == b"\0":
        raise ValueError("a number with a leading zero")
    return int.from_bytes(data, "big")


def _item(data: bytes, at: int) -> tuple[int, int, bool]:
    """Start and end of the payload of the item at `at`, and whether it is a list."""
    if at >= len(data):
        raise ValueError("nothing where an item was expected")
    prefix = data[at]
    if prefix < 0x80:
        return at, at + 1, False
    is_list = prefix >= 0xC0
    length = prefix - (0xC0 if is_list else 0x80)
    start = at + 1
    if length > 55:
        size = length - 55
        length = int.from_bytes(data[start : start + size], "big")
        if length <= 55 or data[start : start + 1] == b"\0":
            raise ValueError("a length not in its shortest form")
        start += size
    end = start + length
    if end > len(data):
        raise ValueError("an item goes beyond the data")
    if length == 1 and not is_list and data[start] < 0x80:
        raise ValueError("a single byte not in its shortest form")
    return start, end, is_list
