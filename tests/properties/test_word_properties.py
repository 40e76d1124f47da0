"""Packed words: packing and unpacking are inverse both ways, and a field is a field of its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.encoding import entries
from ledger.encoding.words import certification, consent, organisation, programme, signer
from ledger.errors import BadInput

MODULES = [certification, consent, organisation, signer, programme]
bytes32 = st.binary(min_size=32, max_size=32)
words = bytes32.map(lambda raw: int.from_bytes(raw, "big"))


def fields_of(module: Any) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries(
        {
            name: st.integers(0, (1 << module.LAYOUT.mask(name).bit_count()) - 1)
            for name in module.LAYOUT.unpack(0)
        }
    )


@pytest.mark.parametrize("module", MODULES)
@given(data=st.data())
def test_what_is_packed_is_unpacked_and_the_other_way_round(module: Any, data: st.DataObject) -> None:
    fields = data.draw(fields_of(module))
    word = module.pack(**fields)
    assert module.unpack(word) == fields
    clean = data.draw(words) & module.LAYOUT.used
    assert module.pack(**module.unpack(clean)) == clean


@pytest.mark.parametrize("module", MODULES)
@given(data=st.data())
def test_replacing_a_field_changes_that_field_alone(module: Any, data: st.DataObject) -> None:
    word = data.draw(words) & module.LAYOUT.used
    name, value = data.draw(st.sampled_from(sorted(module.unpack(0)))), data.draw(st.integers(0, 1))
    assert module.unpack(module.replace(word, **{name: value})) == module.unpack(word) | {name: value}


@pytest.mark.parametrize("module", MODULES)
@given(data=st.data())
def test_each_reader_reads_its_field_of_any_256_bits(module: Any, data: st.DataObject) -> None:
    word = data.draw(words)
    assert {name: getattr(module, name)(word) for name in module.unpack(0)} == module.unpack(
        word & module.LAYOUT.used
    )


@pytest.mark.parametrize("module", MODULES)
@given(data=st.data())
def test_a_value_beyond_its_field_never_spills_into_another(module: Any, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(module.unpack(0))))
    limit = 1 << module.LAYOUT.mask(name).bit_count()
    value = data.draw(st.one_of(st.integers(max_value=-1), st.integers(min_value=limit)))
    with pytest.raises(BadInput, match="word_field_out_of_range"):
        module.pack(**{name: value})


@given(st.lists(st.tuples(bytes32, words, bytes32), min_size=1, max_size=20))
def test_entries_are_unpacked_as_they_were_packed(batch: list[Any]) -> None:
    assert entries.unpack(entries.pack(batch)) == batch
