"""How the check of a proof came out."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.proofs.checks import Check, Outcome
from ledger.domain.proofs.meaning import Meaning
from ledger.domain.tags import Kind
from ledger.encoding.types import Address


@dataclass(frozen=True, slots=True)
class Block:
    """The block at which a result is true. The hash has 32 bytes, times are unix seconds."""

    number: int
    hash: bytes
    time: int
    stated_at: int
    """When the operator stated that nothing came after it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a proof shows: what the ledger said, at that block, of the person whom the organisation knows by
    the handle.
    """

    kind: Kind
    organisation: int
    handle: str
    parts: tuple[int, ...]
    block: Block
    word: int
    meaning: Meaning
    signer: Address | None
    """Whose key recorded the word; None where nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome, every rule that was checked, and what the proof shows if none was broken."""

    outcome: Outcome
    checks: tuple[Check, ...]
    shown: Shown | None = None
