"""Identity numbers as spreadsheets deliver them.

A spreadsheet keeps 15 digits of a number, so an identity number kept as a number has lost its last three.
What they were cannot be known: such a cell is refused, also where the zeros that took their place pass the
check digit.
"""

from __future__ import annotations

import re
from datetime import date

from ledger.domain import plain_text
from ledger.domain.identity_number import IdentityNumber, IdentityNumberError, parse
from ledger.domain.roster.cells import Cell, as_text, is_rounded

ROUNDED = "roster.identity_number.rounded"

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d{2}", re.IGNORECASE)
_KEPT_AS_TEXT = re.compile(r"""^(?:=?"(?P<quoted>[^"]*)"|['‘’`]+(?P<marked>.*))$""")
_LOOKS_ROUNDED = re.compile(r"\d{15}000")


def read_identity_number(cell: Cell, *, today: date) -> IdentityNumber:
    """Raises IdentityNumberError with a code of `identity_number.parse`, or ROUNDED."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and is_rounded(cell):
        raise IdentityNumberError(ROUNDED)
    text = written_number(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise IdentityNumberError(ROUNDED)
    try:
        return parse(text, today=today)
    except IdentityNumberError as error:
        if error.code == "identity_number.check_digit" and looks_rounded(cell):
            raise IdentityNumberError(ROUNDED) from None
        raise


def looks_rounded(cell: Cell) -> bool:
    """Whether the text ends in three zeros, as numbers do that went through a spreadsheet into a text
    file."""
    return _LOOKS_ROUNDED.fullmatch(written_number(cell)) is not None


def written_number(cell: Cell) -> str:
    """The cell's text without what marks it as text: '5199…, ="5199…"."""
    text = plain_text.compact(as_text(cell))
    match = _KEPT_AS_TEXT.match(text)
    return (match["quoted"] or match["marked"] or "") if match else text
