"""Hashes, entries, canonical JSON and word layouts: known answers and the errors for what doesn't fit."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import entries
from ledger.encoding.canonical import canonical_json, record_hash
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import RecordHash, Tag, Word
from ledger.encoding.words import certification
from ledger.encoding.words.layout import Layout
from ledger.errors import BadInput

TAG, HASH = Tag(b"\x11" * 32), RecordHash(b"\x22" * 32)


def test_keccak_is_the_one_of_ethereum_and_not_sha3() -> None:
    assert keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_an_entry_is_tag_then_big_endian_word_then_record_hash() -> None:
    packed = entries.pack([(TAG, Word(1), HASH)])
    assert packed == TAG + bytes(31) + b"\x01" + HASH
    assert entries.unpack(packed) == [(TAG, 1, HASH)]


@pytest.mark.parametrize("size", [0, 95, 97, 96 * 1001])
def test_entries_that_are_not_1_to_1000_whole_ones_are_refused(size: int) -> None:
    with pytest.raises(BadInput, match="entries_malformed") as caught:
        entries.unpack(bytes(size))
    assert caught.value.params["got"] == size


def test_a_batch_of_1000_entries_is_accepted_and_one_more_is_not() -> None:
    entry = (TAG, Word(0), HASH)
    assert len(entries.unpack(entries.pack([entry] * 1000))) == 1000
    with pytest.raises(BadInput, match="entries_malformed"):
        entries.pack([entry] * 1001)


@pytest.mark.parametrize(("tag", "record_hash"), [(TAG[:31], HASH), (TAG, HASH + b"\0")])
def test_a_tag_or_hash_of_another_size_is_refused(tag: bytes, record_hash: bytes) -> None:
    with pytest.raises(BadInput, match="entry_malformed"):
        entries.pack([(Tag(tag), Word(0), RecordHash(record_hash))])


def test_canonical_json_is_rfc_8785s_example() -> None:
    value = {"numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 1e-27], "string": '€$\nA\'B"\\\\"/'}
    expected = '{"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical_json(value) == expected.encode()


@pytest.mark.parametrize("value", [{"n": 2**53 + 1}, {"n": float("nan")}, {1: 2}, {"b": b"bytes"}, "\ud800"])
def test_what_json_cannot_say_for_certain_is_refused(value: object) -> None:
    with pytest.raises(BadInput, match="not_canonical"):
        canonical_json(value)


def test_a_record_hash_needs_a_salt_and_depends_on_it() -> None:
    first = record_hash({"note": "a", "salt": "00" * 32})
    assert first == keccak256(b'{"note":"a","salt":"' + b"00" * 32 + b'"}')
    assert first != record_hash({"note": "a", "salt": "01" * 32})
    for salt in (None, "", "0" * 63, "G" * 64, 7):
        with pytest.raises(BadInput, match="record_without_salt"):
            record_hash({"note": "a", "salt": salt})


def test_a_value_too_large_for_its_field_is_refused_and_named() -> None:
    with pytest.raises(BadInput, match="word_field_out_of_range") as caught:
        certification.pack(organisation=1 << 20)
    assert caught.value.params == {"field": "organisation", "got": 1 << 20, "limit": (1 << 20) - 1}
    with pytest.raises(BadInput, match="word_field_out_of_range"):
        certification.replace(0, revision=-1)


def test_a_word_with_a_reserved_bit_is_not_unpacked() -> None:
    with pytest.raises(BadInput, match="word_reserved_bits"):
        certification.unpack(1 << 34)


def test_a_layout_with_overlapping_fields_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="second overlaps"):
        Layout({"first": (0, 5), "second": (4, 1)})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e21, 1e21) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_json_is_what_the_library_of_rfc_8785_writes(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError):
        with pytest.raises(BadInput, match="not_canonical"):
            canonical_json(value)
    else:
        assert canonical_json(value) == expected
