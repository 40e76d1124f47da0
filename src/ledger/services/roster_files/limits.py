"""How much a roster file may hold, and the error for a file that is refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ledger.errors import BadInput


class RosterFileRefused(BadInput):
    """A file of which nothing was read. Codes `roster_file.*`; those about size answer HTTP 413, the others
    422."""

    http_status: ClassVar[int] = 422


class RosterFileTooLarge(RosterFileRefused):
    http_status = 413


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of the file as it came, bytes of a workbook once unpacked, and rows that are not empty."""

    size: int = 10 * 1024 * 1024
    unpacked_size: int = 128 * 1024 * 1024
    rows: int = 50_000
    columns: int = 100


DEFAULT_LIMITS = Limits()
