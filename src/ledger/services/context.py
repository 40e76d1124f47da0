"""What every use case works with. Made once, in bootstrap."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger.domain.programmes import Programme
from ledger.errors import BadInput
from ledger.keys.vault import Vault
from ledger.settings import Settings
from ledger.store.database import Database

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

    def now(self) -> int:
        """The time now in whole unix seconds."""
        return int(self.clock())

    def programme(self, code: str) -> Programme:
        """The programme of this code. Raises BadInput `programme_unknown`."""
        programme = self.programmes.get(code)
        if programme is None:
            raise BadInput("programme_unknown", got=code)
        return programme
