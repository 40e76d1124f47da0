"""What keys sign: EIP-712 digests of the contracts' four messages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Address, Digest

_DOMAIN_TYPEHASH = keccak256(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_CERTIFICATION_BATCH = keccak256(
    b"CertificationBatch(uint16 programme,uint8 scheme,uint40 deadline,bytes entries)"
)
_CONSENT_BATCH = keccak256(b"ConsentBatch(uint40 deadline,bool reviewed,bytes entries)")
_INCAPACITY_REVIEW = keccak256(b"IncapacityReview(bytes32 batchDigest)")
_TREE_HEAD = keccak256(b"TreeHead(uint24 organisation,uint8 stream,uint64 size,bytes32 root,uint40 deadline)")


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one contract on one chain, version "1"."""

    name: str
    chain_id: int
    verifying_contract: Address

    @cached_property
    def separator(self) -> bytes:
        """hashStruct(EIP712Domain), 32 bytes."""
        return keccak256(
            _DOMAIN_TYPEHASH
            + keccak256(self.name.encode())
            + keccak256(b"1")
            + uint256(self.chain_id)
            + bytes.fromhex(self.verifying_contract[2:]).rjust(32, b"\0")
        )

    def digest(self, struct_hash: bytes) -> Digest:
        """keccak256(0x19 0x01 ‖ separator ‖ struct_hash), EIP-712's `encode`."""
        return Digest(keccak256(b"\x19\x01" + self.separator + struct_hash))


def certification_batch_digest(
    domain: Domain, programme: int, scheme: int, deadline: int, entries: bytes
) -> Digest:
    """Digest of a CertificationBatch; `deadline` in unix seconds, `entries` packed."""
    fields = uint256(programme) + uint256(scheme) + uint256(deadline) + keccak256(entries)
    return domain.digest(keccak256(_CERTIFICATION_BATCH + fields))


def consent_batch_digest(domain: Domain, deadline: int, reviewed: bool, entries: bytes) -> Digest:
    """Digest of a ConsentBatch; `reviewed` says that a reviewer organisation's signature goes with it."""
    fields = uint256(deadline) + uint256(reviewed) + keccak256(entries)
    return domain.digest(keccak256(_CONSENT_BATCH + fields))


def incapacity_review_digest(domain: Domain, batch_digest: bytes) -> Digest:
    """Digest of an IncapacityReview: the reviewer's signature on a whole consent batch."""
    return domain.digest(keccak256(_INCAPACITY_REVIEW + batch_digest))


def tree_head_digest(
    domain: Domain, *, organisation: int, stream: int, size: int, root: bytes, deadline: int
) -> Digest:
    """Digest of a TreeHead: `size` leaves of the organisation's stream have the RFC 6962 root `root`."""
    fields = uint256(organisation) + uint256(stream) + uint256(size) + root + uint256(deadline)
    return domain.digest(keccak256(_TREE_HEAD + fields))
