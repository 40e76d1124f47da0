from __future__ import annotations

import pytest

from ledger.domain.identity_number import IdentityNumberError, parse
from ledger.domain.roster.cells import Cell, as_text
from ledger.domain.roster.numbers import ROUNDED, read_identity_number
from tests.rosters import TODAY, check, number

HEADING = ("姓名", "身份证号")


def code_of(cell: Cell) -> str:
    with pytest.raises(IdentityNumberError) as caught:
        read_identity_number(cell, today=TODAY)
    return caught.value.code


@pytest.mark.parametrize(
    "cell",
    [
        5.1999919380501e17,
        519999193805010000,
        "5.19999E+17",
        "5.2e17",
        "５.１９９９９E+17",
        "519999193805019000",
    ],
    ids=repr,
)
def test_a_number_that_a_spreadsheet_rounded_is_refused_as_such(cell: Cell) -> None:
    assert code_of(cell) == ROUNDED


def test_a_whole_number_with_all_its_digits_is_read() -> None:
    assert read_identity_number(int(number(sequence=9)), today=TODAY) == parse(number(sequence=9))


@pytest.mark.parametrize("written", ["'{}", "‘{}", '="{}"', '"{}"', "\t{}", " {} "])
def test_marks_that_keep_a_number_as_text_are_taken_off(written: str) -> None:
    assert read_identity_number(written.format(number()), today=TODAY) == parse(number())


@pytest.mark.parametrize("cell", [519999380501001, 519999380501001.0, "519999380501001"])
def test_old_numbers_are_refused_also_as_numbers(cell: Cell) -> None:
    assert code_of(cell) == "identity_number.fifteen_digits"


def test_an_exact_number_ending_in_zeros_is_good_by_itself() -> None:
    birth_date, sequence = next((d, s) for d, s in zeros() if number(d, s).endswith("000"))
    assert check(HEADING, ("王芳", number(birth_date, sequence))).faulty == ()


def test_beside_a_rounded_number_no_number_ending_in_zeros_is_believed() -> None:
    birth_date, sequence = next((d, s) for d, s in zeros() if number(d, s).endswith("000"))
    rounded = next(number(d, s)[:15] + "000" for d, s in zeros() if not number(d, s).endswith("000"))
    roster = check(HEADING, ("王芳", number(birth_date, sequence)), ("李秀英", rounded), ("张敏", number()))
    assert [row.person.name for row in roster.good] == ["张敏"]
    assert [[problem.code for problem in row.problems] for row in roster.faulty] == [[ROUNDED], [ROUNDED]]


def test_rounded_numbers_are_shown_so_that_they_are_refused_again() -> None:
    for cell in (5.1999919380501e17, 519999193805010000):
        assert code_of(as_text(cell)) == ROUNDED


def zeros() -> list[tuple[str, int]]:
    return [(f"193805{day:02}", sequence) for day in range(1, 32) for sequence in range(100, 1000, 100)]
