"""Looks for a person's data in whatever was written: plain, encoded, and as any unkeyed hash."""

from __future__ import annotations

import base64
import gzip
import hashlib
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ledger.encoding.hashing import keccak256

_CHARSETS = ("utf-8", "gb18030", "utf-16-le")
_PREFIX = 8
"""Bytes of a hash that are looked for, so that a shortened one is found as well."""
_START = 6
"""Bytes of a needle that are compared first: no needle is shorter."""
_PIECE = 1 << 20
_LONGEST = 512
"""Bytes of the longest needle, and more."""
_HASHES = {
    **{
        name: (lambda data, name=name: hashlib.new(name, data).digest())
        for name in sorted(hashlib.algorithms_guaranteed)
        if not name.startswith("shake")
    },
    "keccak256": keccak256,
}


@dataclass(frozen=True)
class Found:
    """Where what was found, in which form."""

    place: str
    value: str
    form: str


def forms(values: Mapping[str, str]) -> dict[bytes, tuple[str, str]]:
    """What to look for, by the bytes: each value plain and encoded, hashes of it and of two joined."""
    needles: dict[bytes, tuple[str, str]] = {}
    for name, value in values.items():
        for charset in _CHARSETS:
            needles[value.encode(charset)] = (name, charset)
        raw = value.encode()
        needles[raw.hex().encode()] = needles[raw.hex().upper().encode()] = (name, "hex")
        needles[urllib.parse.quote(value).encode()] = (name, "percent-encoded")
        needles[value.encode("unicode_escape")] = (name, "escaped")
        for shift in range(3):  # base64 of it within something longer
            encoded = base64.b64encode(b"\0" * shift + raw)[2 * shift : -4]
            needles[encoded] = needles[encoded.translate(bytes.maketrans(b"+/", b"-_"))] = (name, "base64")
    joined = dict(values)
    for first, one in values.items():
        for second, other in values.items():
            if first != second:
                for mark in ("", "|", ":"):
                    joined[f"{first}{mark}{second}"] = f"{one}{mark}{other}"
    for name, value in joined.items():
        for charset in _CHARSETS if name in values else ("utf-8",):
            for algorithm, digest in _HASHES.items():
                hashed = digest(value.encode(charset))[:_PREFIX]
                needles[hashed] = (name, f"{algorithm} of {charset}")
                needles[hashed.hex().encode()] = (name, f"{algorithm} of {charset}, hex")
                needles[base64.b64encode(hashed)[:10]] = (name, f"{algorithm} of {charset}, base64")
    return needles


def search(haystack: Iterable[tuple[str, bytes]], values: Mapping[str, str]) -> list[Found]:
    """Everything found. What no piece has the first bytes of is not looked for in it."""
    needles = forms(values)
    starts: dict[bytes, list[bytes]] = {}
    for needle in needles:
        starts.setdefault(needle[:_START], []).append(needle)
    found = []
    for place, data in haystack:
        for piece in range(0, len(data), _PIECE):
            part = data[piece : piece + _PIECE + _LONGEST]
            windows = {part[at : at + _START] for at in range(len(part))}
            found += [
                Found(place, *needles[needle])
                for start in windows & starts.keys()
                for needle in starts[start]
                if needle in part
            ]
    return found


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, unpacked if it is compressed."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_socket():
            data = path.read_bytes()
            yield str(path.relative_to(folder)), data
            if data.startswith(b"\x1f\x8b"):
                yield f"{path.relative_to(folder)}, unpacked", gzip.decompress(data)
