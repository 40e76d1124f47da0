"""Shapes that several answers share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AsOfView:
    """The block at which an answer is true."""

    block: int
    hash: str
    """0x and 64 hex digits"""
    time: int
    """The block's timestamp, unix seconds."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is: a message code with its parameters."""

    code: str
    params: dict[str, str | int | None]
