"""What organisations sign in the month's work: EIP-712 messages of one deployment on one chain."""

from __future__ import annotations

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.statements import Statements
from ledger.encoding.types import Digest

_STEP = keccak256(b"MonthStep(uint16 programme,string month,uint24 community,string step,bytes32 root)")


class MonthStatements(Statements):
    """The digests of steps, under the domain of the deployment's other statements."""

    def step(self, *, programme: int, month: str, community: int, step: str, root: bytes) -> Digest:
        """Digest of a MonthStep: the organisation did `step` with the list (community 0: the month) of this
        root (32 bytes; zeros where there is none yet).
        """
        return self._digest(
            _STEP
            + uint256(programme)
            + keccak256(month.encode())
            + uint256(community)
            + keccak256(step.encode())
            + root
        )
