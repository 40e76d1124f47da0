"""The errors that a person or a program may see.

An error carries a code and its parameters, never a finished sentence: the edge that shows it (HTTP, command
line, page) turns the code into one in the reader's language with `ledger.texts.messages.text`. Parameters are
shown to people and written to logs, so they never hold a name, an identity number or an address.
"""

from __future__ import annotations

import re
from typing import ClassVar

_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|\d{15})(?![0-9A-Za-z])", re.ASCII)


class LedgerError(Exception):
    """Root of every error the ledger raises on purpose.

    `http_status` and `exit_code` are those of the command line's contract: 1 the answer is no, 2 bad input,
    3 cannot know, 4 refused, 70 internal error.
    """

    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 70

    def __init__(self, code: str, **params: str | int | None) -> None:
        super().__init__(code)
        self.code = code
        self.params = {name: _without_numbers(value) for name, value in params.items()}

    def __str__(self) -> str:
        params = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code}({params})"


def _without_numbers(value: str | int | None) -> str | int | None:
    """A parameter; what has the form of an identity number, sent in the place of a code, is not repeated."""
    return _NUMBER.sub("***", value) if isinstance(value, str) else value


class BadInput(LedgerError):
    """What was sent cannot be read as what was asked for."""

    http_status = 400
    exit_code = 2


class TooLarge(BadInput):
    """What was sent is over a limit that the message names."""

    http_status = 413


class TooMany(LedgerError):
    """The caller has used up what they may ask for now; `retry_after` says for how many seconds."""

    http_status = 429
    exit_code = 4


class NotAuthenticated(LedgerError):
    """Nobody is signed in, or what they signed in with is wrong, expired or ended."""

    http_status = 401
    exit_code = 4


class Forbidden(LedgerError):
    """The caller may not do this. Says the same whether or not the thing asked about exists."""

    http_status = 403
    exit_code = 4


class NotFound(LedgerError):
    """There is no such thing within what the caller may see."""

    http_status = 404
    exit_code = 1


class Conflict(LedgerError):
    """The request contradicts what is already there."""

    http_status = 409
    exit_code = 1


class Refused(LedgerError):
    """A rule of the programme, the register or the contracts says no."""

    http_status = 422
    exit_code = 4


class CannotKnow(LedgerError):
    """The answer rests on something out of reach: a node, a database, an index that is behind."""

    http_status = 503
    exit_code = 3


class Misconfigured(LedgerError):
    """The installation contradicts itself: another chain, other code, a second instance, no Anvil."""

    http_status = 503
    exit_code = 2
