"""Citizen identification numbers after GB 11643-1999: 17 digits and a check character.

Digits 1 to 6 are the division (GB/T 2260) where the number was issued, 7 to 14 the birth date, 15 to 17 a
sequence whose last digit is odd for men and even for women, 18 the check character (ISO 7064, MOD 11-2).

A number keeps the division it was issued under for life, also after that division was merged or renamed, so
only its first two digits are checked: the provinces of GB/T 2260, and 81, 82 and 83, which residence permits
of people from Hong Kong, Macao and Taiwan carry in the same form. Synthetic people have numbers under 519999,
which no division has; the numbers of foreigners' permanent residence cards (beginning with 9) are not
accepted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain import plain_text
from ledger.errors import BadInput

SYNTHETIC_PREFIX = "519999"

PROVINCES = frozenset(
    map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)))
) | {"71", "81", "82", "83"}
"""First two digits that a number can begin with: GB/T 2260 and the residence permits named above."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # 2**(18-i) mod 11, GB 11643 section 4
_CHECK_CHARACTERS = "10X98765432"
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_OLDEST_BIRTH_YEAR = 1880


class Sex(StrEnum):
    MALE = "male"
    FEMALE = "female"


class IdentityNumberError(BadInput):
    """An identity number that cannot be one. Its parameters never hold the number."""


@dataclass(frozen=True, slots=True, repr=False)
class IdentityNumber:
    """A valid number in its canonical form. Made by `parse`; shown only where `text` is asked for by name."""

    text: str

    def __repr__(self) -> str:
        return "IdentityNumber(…)"

    @property
    def division(self) -> str:
        """Six digits: the division that issued the number, not where its holder lives."""
        return self.text[:6]

    @property
    def birth_date(self) -> date:
        return date(int(self.text[6:10]), int(self.text[10:12]), int(self.text[12:14]))

    @property
    def sex(self) -> Sex:
        return Sex.MALE if int(self.text[16]) % 2 else Sex.FEMALE

    @property
    def is_synthetic(self) -> bool:
        return self.division == SYNTHETIC_PREFIX


def check_digit(first_17: str) -> str:
    """The check character, `0` to `9` or `X`, for the first 17 digits (GB 11643-1999, section 4)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11]


def parse(text: str, *, today: date | None = None) -> IdentityNumber:
    """Reads a number as people write it: full-width digits, spaces and a small `x` are put right.

    Raises IdentityNumberError with the code `identity_number.` + `malformed` (length), `fifteen_digits`,
    `division` (prefix), `birth_date`, `birth_date_in_future` (only when `today` is given) or `check_digit`
    (got, expected).
    """
    number = plain_text.compact(text).upper()
    if re.fullmatch(r"[0-9]{15}", number):
        raise IdentityNumberError("identity_number.fifteen_digits")
    if not _FORM.fullmatch(number):
        raise IdentityNumberError("identity_number.malformed", length=len(number))
    if number[:2] not in PROVINCES:
        raise IdentityNumberError("identity_number.division", prefix=number[:2])
    birth_date = _birth_date(number)
    if birth_date is None:
        raise IdentityNumberError("identity_number.birth_date")
    if today is not None and birth_date > today:
        raise IdentityNumberError("identity_number.birth_date_in_future")
    expected = check_digit(number[:17])
    if number[17] != expected:
        raise IdentityNumberError("identity_number.check_digit", got=number[17], expected=expected)
    return IdentityNumber(number)


def _birth_date(number: str) -> date | None:
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return birth_date if birth_date.year >= _OLDEST_BIRTH_YEAR else None
