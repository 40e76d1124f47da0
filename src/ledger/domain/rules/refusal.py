"""The value that says why something is refused."""

from __future__ import annotations

from dataclasses import dataclass

Argument = int | str | bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A Solidity error: its name, and its arguments in the order of its definition.

    Numbers are ints, bytes32 are bytes, addresses are checksummed. An error about one entry of a batch begins
    with the entry's index and tag.
    """

    name: str
    arguments: tuple[Argument, ...] = ()

    @property
    def index(self) -> int | None:
        """The entry that is refused, counted from 0; None if it is the batch as such."""
        match self.arguments:
            case (int() as index, bytes(), *_):
                return index
        return None

    def __str__(self) -> str:
        shown = (f"0x{value.hex()}" if isinstance(value, bytes) else str(value) for value in self.arguments)
        return f"{self.name}({', '.join(shown)})"
