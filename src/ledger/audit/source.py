"""Where a replay reads the ledger's history: a node, or an archive that was made from one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

from ledger.audit.segments import Segment
from ledger.chain.headers import Header
from ledger.chain.views import Head, Views
from ledger.domain.events import Contract
from ledger.encoding.types import Address


class ProofWrong(ValueError):
    """What should prove a contract's code or running head does not."""

    def __init__(self, contract: Contract, reason: str) -> None:
        super().__init__(reason)
        self.contract = contract


class Source(Protocol):
    """A chain's history up to a block that is pinned. Whatever can't be answered raises CannotKnow."""

    @property
    def location(self) -> str:
        """Where it is, for messages: no password in it."""
        ...

    def chain_id(self) -> int:
        """The chain's number (EIP-155)."""
        ...

    def genesis(self) -> Header:
        """Block 0."""
        ...

    def header(self, number: int) -> Header:
        """The header of a block. Raises CannotKnow `audit.block_missing`."""
        ...

    def newest(self, depth: int) -> Header:
        """The newest block under at least `depth` others."""
        ...

    def code(self, contract: Contract, pinned: Header) -> bytes:
        """A contract's code at the pinned block. Raises ProofWrong."""
        ...

    def segments(
        self, first: int, last: int, *, first_topics: Sequence[bytes] = (), signer: Address | None = None
    ) -> Iterator[Segment]:
        """Blocks `first` to `last`, both included, with their logs.

        Of the logs only those with one of `first_topics`, and with `signer` as their second indexed
        argument, if these are given.
        """
        ...

    def heads(self, contracts: Collection[Contract], pinned: Header) -> dict[Contract, Head]:
        """Running heads and counts at the pinned block. Raises ProofWrong."""
        ...

    def views(self, pinned: Header) -> Views | None:
        """The contracts' views at the pinned block; None if nobody is there to be asked."""
        ...
