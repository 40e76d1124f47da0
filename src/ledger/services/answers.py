"""Shapes that several answers share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.store.index import AsOf


@dataclass(frozen=True, slots=True)
class AsOfView:
    """The block at which an answer is true."""

    block: int
    hash: str
    """0x and 64 hex digits"""
    time: int
    """The block's timestamp, unix seconds."""

    def fields(self) -> dict[str, str | int]:
        """By name."""
        return {"block": self.block, "hash": self.hash, "time": self.time}

    @classmethod
    def of(cls, as_of: AsOf | None) -> AsOfView | None:
        """Where the index stands, None before its first block."""
        return None if as_of is None else cls(as_of.block, "0x" + as_of.hash.hex(), as_of.time)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a message code with its parameters."""

    code: str
    params: Mapping[str, str | int | None] = field(default_factory=dict)
