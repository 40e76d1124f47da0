"""What a department signs when it delivers signals: an EIP-712 message of one deployment on one chain."""

from __future__ import annotations

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.statements import Statements
from ledger.encoding.types import Digest

_MANIFEST = keccak256(
    b"SignalManifest(string department,string reference,uint32 lines,bytes32 root,"
    b"uint32 firstMonth,uint32 lastMonth)"
)


class SignalStatements(Statements):
    """The digests of one deployment's manifests, under the domain of its other statements."""

    def manifest(
        self, *, department: str, reference: str, lines: int, root: bytes, first_month: int, last_month: int
    ) -> Digest:
        """Digest of a SignalManifest; months as numbers like 202609."""
        return self._digest(
            _MANIFEST
            + keccak256(department.encode())
            + keccak256(reference.encode())
            + uint256(lines)
            + root
            + uint256(first_month)
            + uint256(last_month)
        )
