from __future__ import annotations

from datetime import date

import pytest

from ledger.domain.identity_number import IdentityNumberError, Sex, check_digit, parse
from tests.rosters import number


def refusal(text: str, **options: date) -> IdentityNumberError:
    with pytest.raises(IdentityNumberError) as caught:
        parse(text, **options)
    return caught.value


@pytest.mark.parametrize(
    ("first_17", "expected"),
    [("11010519491231002", "X"), ("44052418800101001", "4")],  # the examples of GB 11643-1999, annex A
)
def test_the_check_digit_is_that_of_the_standards_examples(first_17: str, expected: str) -> None:
    assert check_digit(first_17) == expected


def test_a_number_tells_division_birth_date_and_sex() -> None:
    parsed = parse(number("19380501", 2))
    assert (parsed.division, parsed.birth_date, parsed.sex) == ("519999", date(1938, 5, 1), Sex.FEMALE)
    assert parse(number("19380501", 3)).sex is Sex.MALE
    assert parsed.is_synthetic
    assert not parse("11010519491231002X").is_synthetic


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "\u202a11010519491231002X\u202c",
    ],
)
def test_ways_of_writing_do_not_matter(written: str) -> None:
    assert parse(written).text == "11010519491231002X"


def test_fifteen_digits_are_refused_with_the_reason() -> None:
    assert refusal("110105491231002").code == "identity_number.fifteen_digits"


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("abc", 3), ("1101051949123100X2", 18), ("1" * 19, 19)]
)
def test_a_malformed_number_tells_its_length(text: str, length: int) -> None:
    error = refusal(text)
    assert (error.code, error.params) == ("identity_number.malformed", {"length": length})


def test_digits_of_other_scripts_are_malformed() -> None:
    assert refusal("١١٠١٠٥١٩٤٩١٢٣١٠٠٢٣").code == "identity_number.malformed"


def test_a_wrong_check_digit_tells_both() -> None:
    error = refusal("110105194912310021")
    assert (error.code, error.params) == ("identity_number.check_digit", {"got": "1", "expected": "X"})


@pytest.mark.parametrize("birth_date", ["19380231", "19381301", "19000229", "18790101", "00000000"])
def test_an_impossible_birth_date_is_refused(birth_date: str) -> None:
    assert refusal(number(birth_date)).code == "identity_number.birth_date"


def test_a_birth_date_after_today_is_refused_only_when_today_is_known() -> None:
    assert parse(number("20250102")).birth_date == date(2025, 1, 2)
    assert parse(number("20250102"), today=date(2025, 1, 2))
    error = refusal(number("20250102"), today=date(2025, 1, 1))
    assert error.code == "identity_number.birth_date_in_future"


def test_a_prefix_that_no_province_has_is_refused() -> None:
    first_17 = "99999919380501002"
    error = refusal(first_17 + check_digit(first_17))
    assert (error.code, error.params) == ("identity_number.division", {"prefix": "99"})


def test_neither_a_number_nor_its_error_shows_the_number() -> None:
    text = number()
    parsed = parse(text)
    error = refusal(text[:-1] + ("0" if text[-1] != "0" else "1"))
    for shown in (repr(parsed), str(parsed), f"{parsed}", str(error), repr(error)):
        assert text[:17] not in shown
        assert text[6:14] not in shown
