"""What auditors sign, and an operator for them: EIP-712 messages of one deployment on one chain."""

from __future__ import annotations

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.statements import Statements
from ledger.encoding.types import Digest

_CHECKPOINT = keccak256(
    b"Checkpoint(uint64 number,bytes32 hash,bytes32 root,uint64 states,uint64 records,string software)"
)
_GRANT = keccak256(b"AuditGrant(bytes32 content)")


class AuditStatements(Statements):
    """The digests of one deployment's audit statements, under the domain of its other statements."""

    def checkpoint(
        self, *, number: int, block_hash: bytes, root: bytes, states: int, records: int, software: str
    ) -> Digest:
        """Digest of a Checkpoint: the records up to this block were replayed, and add up to these states."""
        return self._digest(
            _CHECKPOINT
            + uint256(number)
            + block_hash
            + root
            + uint256(states)
            + uint256(records)
            + keccak256(software.encode())
        )

    def grant(self, content: bytes) -> Digest:
        """Digest of an AuditGrant, by the keccak256 of all that the grant says."""
        return self._digest(_GRANT + content)
