"""What every use case works with. Made once, in bootstrap."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from ledger.domain.programmes import Programme
from ledger.errors import BadInput, Conflict
from ledger.keys.vault import Vault
from ledger.settings import Settings
from ledger.store.database import Database
from ledger.store.failures import is_duplicate

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

_TRIES = 3

Clock = Callable[[], float]
"""The time now, unix seconds."""


def _nobody_waits() -> None:
    """Wakes no relay."""


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the vault, the clock and the programmes of an installation."""

    database: Database
    vault: Vault
    settings: Settings
    programmes: Mapping[str, Programme]
    clock: Clock = time.time
    wake: Callable[[], None] = _nobody_waits
    """Tells the relay that something was accepted."""

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction of the database.

        Raises Conflict `changed_meanwhile`, and nothing is written, if another has written the same at once:
        what was asked for can be asked for again.
        """
        with _told_of_others(), self.database.write() as conn:
            yield conn

    @contextmanager
    def part(self, conn: Connection) -> Iterator[None]:
        """A part of a transaction that is undone by itself if it raises. Raises as `write`."""
        with _told_of_others(), conn.begin_nested():
            yield

    def now(self) -> int:
        """The time now in whole unix seconds."""
        return int(self.clock())

    def programme(self, code: str) -> Programme:
        """The programme of this code. Raises BadInput `programme_unknown`."""
        programme = self.programmes.get(code)
        if programme is None:
            raise BadInput("programme_unknown", got=code)
        return programme


@contextmanager
def _told_of_others() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if is_duplicate(error):
            raise Conflict("changed_meanwhile") from error
        raise


def tried_again(use_case: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Asks a use case again that raised Conflict `changed_meanwhile`: what another process has just written
    is found the next time.
    """

    @wraps(use_case)
    def ask(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        for _ in range(_TRIES - 1):
            try:
                return use_case(*args, **kwargs)
            except Conflict as conflict:
                if conflict.code != "changed_meanwhile":
                    raise
        return use_case(*args, **kwargs)

    return ask
