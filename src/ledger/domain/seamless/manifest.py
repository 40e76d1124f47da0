"""What a department says about a delivery of signals, so that nothing is lost or added on the way."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.domain import merkle
from ledger.domain.seamless.lines import Line, read
from ledger.encoding.signal_statements import SignalStatements
from ledger.encoding.types import Digest

MOST_LINES = 50_000
"""In one delivery."""
_NO_MONTH = 200001


@dataclass(frozen=True, slots=True)
class Manifest:
    """Count, digest and period of a delivery. Months as numbers like 202609, both inclusive."""

    department: str
    """Its code."""
    reference: str
    """The department's own name of the delivery; sent again under it, one that failed is settled."""
    lines: int
    root: bytes
    """RFC 6962 root over the lines in order, each keyed with the nonce."""
    nonce: bytes = field(repr=False)
    """32 random bytes: without them a root over few lines would be a hash of identity numbers."""
    first_month: int
    last_month: int

    def digest(self, statements: SignalStatements) -> Digest:
        """What the department's key signs: all but the nonce, which the root stands for."""
        return statements.manifest(
            department=self.department,
            reference=self.reference,
            lines=self.lines,
            root=self.root,
            first_month=self.first_month,
            last_month=self.last_month,
        )


def lines_root(nonce: bytes, lines: Iterable[bytes]) -> bytes:
    """The root over a delivery's lines, without their line breaks and without a CSV's heading."""
    return merkle.root([merkle.leaf_hash(hmac.digest(nonce, line, "sha256")) for line in lines])


def stream_leaf(digest: bytes, signature: bytes) -> bytes:
    """The leaf of an accepted delivery in the stream SIGNALS: what the department signed, and how."""
    return merkle.leaf_hash(digest + signature)


def month_of(day: date) -> int:
    """The month of a day as a number like 202609."""
    return day.year * 100 + day.month


def describe(
    department: str, reference: str, heading: Sequence[str] | None, lines: Sequence[bytes], nonce: bytes
) -> Manifest:
    """The manifest of these lines; of a file in which no day can be read the period is one long past."""
    days = [one.occurred_on for one in read(heading, lines) if isinstance(one, Line)]
    months = [month_of(day) for day in days] or [_NO_MONTH]
    return Manifest(
        department=department,
        reference=reference,
        lines=len(lines),
        root=lines_root(nonce, lines),
        nonce=nonce,
        first_month=min(months),
        last_month=max(months),
    )
