"""Money as people write it."""

from __future__ import annotations


def yuan(fen: int) -> str:
    """An amount in fen as yuan with two decimals."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02}"
