"""What an installation's operator signs for whoever asks: EIP-712 messages of one deployment on one chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Digest

_DOMAIN = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)")
_NAME = keccak256(b"CertificationLedger")
_VERSION = keccak256(b"1")
_HEAD = keccak256(b"Head(uint64 number,bytes32 hash,uint64 time)")
_BINDING = keccak256(b"Binding(uint24 organisation,string handle,string kind,uint256[] parts,bytes32 tag)")


@dataclass(frozen=True, slots=True)
class Statements:
    """The digests of one deployment's statements. `deployment_id` (32 bytes) is the EIP-712 domain's salt."""

    chain_id: int
    deployment_id: bytes

    def head(self, *, number: int, block_hash: bytes, time: int) -> Digest:
        """Digest of a Head: at `time`, unix seconds, the block was final and nothing came after it."""
        return self._digest(_HEAD + uint256(number) + block_hash + uint256(time))

    def binding(
        self, *, organisation: int, handle: str, kind: str, parts: Sequence[int], tag: bytes
    ) -> Digest:
        """Digest of a Binding: the person whom the organisation knows by `handle` has this tag for these
        parts.
        """
        return self._digest(
            _BINDING
            + uint256(organisation)
            + keccak256(handle.encode())
            + keccak256(kind.encode())
            + keccak256(b"".join(map(uint256, parts)))
            + tag
        )

    def _digest(self, encoded: bytes) -> Digest:
        separator = keccak256(_DOMAIN + _NAME + _VERSION + uint256(self.chain_id) + self.deployment_id)
        return Digest(keccak256(b"\x19\x01" + separator + keccak256(encoded)))
