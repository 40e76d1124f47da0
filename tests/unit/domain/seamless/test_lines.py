"""Lines of a delivery: what is read, and what is wrong with what is not."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from ledger.domain.seamless.lines import Fault, Line, read, split
from ledger.errors import BadInput

GOOD: dict[str, Any] = {
    "handle": "Habc",
    "kind": "bus-card",
    "on": "2026-09-30",
    "reference": "tx-1",
}


def only(data: bytes) -> Line | Fault:
    (found,) = read(*split(data))
    return found


def test_json_lines_and_csv_say_the_same() -> None:
    csv = b"handle,kind,on,reference,retract\nHabc,bus-card,2026-09-30,tx-1,\n"
    expected = Line(1, "Habc", None, "bus-card", date(2026, 9, 30), "tx-1", retracts=False)
    assert only(json.dumps(GOOD).encode()) == only(csv) == expected


def test_a_retraction_is_true_in_json_and_yes_or_one_in_csv() -> None:
    for value in ("1", "yes", "true"):
        found = only(f"handle,kind,on,reference,retract\nHabc,bus-card,2026-09-30,x,{value}".encode())
        assert isinstance(found, Line)
        assert found.retracts
    found = only(json.dumps(GOOD | {"retract": True}).encode())
    assert isinstance(found, Line)
    assert found.retracts


def test_windows_line_ends_a_byte_order_mark_and_empty_lines_are_no_matter() -> None:
    data = b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n" + json.dumps(GOOD).encode()
    heading, lines = split(data)
    assert heading is None
    assert lines == [json.dumps(GOOD).encode()] * 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"surprise": 1}, "signal.line_malformed"),
        ({"retract": "perhaps"}, "signal.line_malformed"),
        ({"retract": ["x"]}, "signal.line_malformed"),
        ({"reference": None}, "signal.reference_malformed"),
        ({"reference": "a b"}, "signal.reference_malformed"),
        ({"reference": "x" * 65}, "signal.reference_malformed"),
        ({"reference": "519999194001010013"}, "signal.reference_is_a_number"),
        ({"kind": 7}, "signal.kind_unknown"),
        ({"kind": "x" * 33}, "signal.kind_unknown"),
        ({"handle": None}, "signal.person_needed"),
        ({"identity_number": "519999194001010013"}, "signal.person_needed"),
        ({"handle": 5}, "signal.person_needed"),
        ({"on": "30.9.2026"}, "signal.day_malformed"),
        ({"on": "20260930"}, "signal.day_malformed"),
        ({"on": "2026-09-31"}, "signal.day_malformed"),
        ({"on": 20260930}, "signal.day_malformed"),
    ],
)
def test_each_fault_has_its_code(changed: dict[str, Any], code: str) -> None:
    found = only(json.dumps(GOOD | changed).encode())
    assert isinstance(found, Fault)
    assert found.code == code


@pytest.mark.parametrize("raw", [b"{", b'["x"]\n{"a":1}'[:5], b'{"a":1', b"\xff\xfe{"])
def test_what_cannot_be_read_is_one_fault_and_never_an_exception(raw: bytes) -> None:
    faults = list(read(None, [raw]))
    assert [type(one) for one in faults] == [Fault]


def test_a_csv_line_with_other_cells_than_its_heading_is_a_fault() -> None:
    found = only(b"handle,kind,on,reference\nHabc,bus-card,2026-09-30")
    assert isinstance(found, Fault)


@pytest.mark.parametrize(
    "heading", ["handle,kind,on", "handle,kind,on,reference,ward", "kind,on,reference,kind"]
)
def test_a_heading_that_is_no_heading_is_refused(heading: str) -> None:
    with pytest.raises(BadInput, match=r"signal\.heading_malformed"):
        split(f"{heading}\nx,y,z".encode())
