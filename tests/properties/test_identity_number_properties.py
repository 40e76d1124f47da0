from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.identity_number import IdentityNumberError, Sex, check_digit, parse

birth_dates = st.dates(min_value=date(1880, 1, 1), max_value=date(2099, 12, 31))
sequences = st.integers(min_value=1, max_value=999)
CHARACTERS = "0123456789X"


def number_of(birth_date: date, sequence: int) -> str:
    first_17 = f"519999{birth_date:%Y%m%d}{sequence:03}"
    return first_17 + check_digit(first_17)


numbers = st.builds(number_of, birth_dates, sequences)
full_width = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


@given(birth_dates, sequences)
def test_what_a_number_was_made_from_is_read_back(birth_date: date, sequence: int) -> None:
    parsed = parse(number_of(birth_date, sequence))
    assert parsed.birth_date == birth_date
    assert parsed.sex is (Sex.MALE if sequence % 2 else Sex.FEMALE)


@given(numbers, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_is_always_noticed(number: str, position: int, character: str) -> None:
    changed = number[:position] + character + number[position + 1 :]
    if changed != number:
        with pytest.raises(IdentityNumberError):
            parse(changed)


@given(numbers, st.integers(0, 16))
def test_two_neighbours_exchanged_are_always_noticed(number: str, position: int) -> None:
    changed = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    if changed != number:
        with pytest.raises(IdentityNumberError):
            parse(changed)


@given(numbers, st.data())
def test_spaces_and_full_width_forms_never_matter(number: str, data: st.DataObject) -> None:
    written = "".join(
        data.draw(st.sampled_from(["", " ", "\u3000", "\u200b"]))
        + data.draw(st.sampled_from([character, character.lower(), character.translate(full_width)]))
        for character in number
    )
    assert parse(written).text == number


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_without_being_repeated(text: str) -> None:
    try:
        parse(text)
    except IdentityNumberError as error:
        shown = str(error)
        assert len(text.strip()) < 4 or text not in shown
