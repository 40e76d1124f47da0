"""One line of a delivery: a person, a kind, the last day in its month, the department's own reference.

| field | JSON Lines and CSV |
|---|---|
| handle or identity_number | whom it is about |
| kind | code of a kind in the programme's rules |
| on | the day, YYYY-MM-DD, in UTC+8 |
| reference | the department's own, letters, digits, `.`, `_` and `-` |
| retract | true (in CSV also 1 or yes) takes back what was said for the person, kind and month |
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from ledger.errors import BadInput

FIELDS = ("handle", "identity_number", "kind", "on", "reference", "retract")
_REFERENCE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_IDENTITY_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUE = frozenset({True, "true", "1", "yes"})
_FALSE = frozenset({None, False, "", "false", "0", "no"})
_KNOWN = frozenset(FIELDS)
_NEEDED = frozenset({"kind", "on", "reference"})


class Line(NamedTuple):
    """A line as it was meant; whether what it says can be is not asked yet."""

    number: int
    handle: str | None
    identity_number: str | None
    kind: str
    occurred_on: date
    reference: str
    retracts: bool


class Fault(NamedTuple):
    """Why a line was not taken, with no more of it than the department needs to find it again."""

    number: int
    code: str
    reference: str = ""
    kind: str = ""


def split(data: bytes) -> tuple[Sequence[str] | None, list[bytes]]:
    """A file's CSV heading (None for JSON Lines) and its lines. Raises BadInput
    `signal.heading_malformed`.
    """
    lines = [line.rstrip(b"\r") for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")]
    lines = [line for line in lines if line.strip()]
    if not lines or lines[0].lstrip().startswith(b"{"):
        return None, lines
    heading = lines[0].decode("utf-8", "replace").split(",")
    names = [name.strip() for name in heading]
    if (
        len(set(names)) < len(names)
        or not set(names) <= _KNOWN
        or not {"kind", "on", "reference"} <= set(names)
    ):
        raise BadInput("signal.heading_malformed", expected=", ".join(FIELDS))
    return names, lines[1:]


def read(heading: Sequence[str] | None, lines: Sequence[bytes]) -> Iterator[Line | Fault]:
    """Each line, or why it can't be read, numbered from 1 in the order of the file."""
    for number, raw in enumerate(lines, start=1):
        fields = _fields(heading, raw)
        yield Fault(number, "signal.line_malformed") if fields is None else _read(number, fields)


def _fields(heading: Sequence[str] | None, raw: bytes) -> Mapping[str, Any] | None:
    try:
        if heading is None:
            found = json.loads(raw)
            return found if isinstance(found, dict) and found.keys() <= _KNOWN else None
        cells = next(csv.reader([raw.decode("utf-8")], strict=True))
    except (ValueError, csv.Error):
        return None
    if len(cells) != len(heading):
        return None
    return {name: cell.strip() or None for name, cell in zip(heading, cells, strict=True)}


def _read(number: int, fields: Mapping[str, Any]) -> Line | Fault:
    reference, kind = fields.get("reference"), fields.get("kind")
    if not isinstance(reference, str) or not _REFERENCE.fullmatch(reference):
        return Fault(number, "signal.reference_malformed")
    if _IDENTITY_NUMBER.fullmatch(reference):
        return Fault(number, "signal.reference_is_a_number")
    if not isinstance(kind, str) or not kind.isascii() or not 0 < len(kind) <= 32:
        return Fault(number, "signal.kind_unknown", reference)
    handle, identity_number = fields.get("handle"), fields.get("identity_number")
    if (handle is None) == (identity_number is None) or not isinstance(handle or identity_number, str):
        return Fault(number, "signal.person_needed", reference, kind)
    occurred_on = _day(fields.get("on"))
    if occurred_on is None:
        return Fault(number, "signal.day_malformed", reference, kind)
    retract = fields.get("retract")
    if not isinstance(retract, str | bool | None) or retract not in _TRUE | _FALSE:
        return Fault(number, "signal.line_malformed", reference, kind)
    return Line(number, handle, identity_number, kind, occurred_on, reference, retract in _TRUE)


def _day(value: object) -> date | None:
    return _parsed_day(value) if isinstance(value, str) else None


@lru_cache(maxsize=4096)
def _parsed_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
