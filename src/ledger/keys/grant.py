"""An audit grant: data keys of some subjects, sealed to one auditor, for a purpose and until a time.

The data keys open sealed records and facts. Tags and handles do not derive from them, so a grant opens
nothing on the chain. They are sealed with an ephemeral X25519 key (RFC 7748),
HKDF-SHA256 over the shared secret with both public keys as info (RFC 5869), and AES-256-GCM with all that the
grant says in the open as associated data. The operator signs the whole (EIP-712 `AuditGrant`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.encoding.audit_statements import AuditStatements
from ledger.encoding.canonical import canonical_json
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address, Digest
from ledger.errors import BadInput, Refused
from ledger.keys import signatures
from ledger.keys.auditor_key import AuditorKey
from ledger.keys.files import write_private
from ledger.keys.sealing import KEY_SIZE, open_sealed, seal

Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")]


class Grant(BaseModel):
    """What was granted. Times are unix seconds; `subjects` says how many keys it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["certification-ledger/audit-grant"] = "certification-ledger/audit-grant"
    version: Literal[1] = 1
    chain_id: int
    deployment_id: str
    auditor: Address
    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    issued_at: int
    expires_at: int
    subjects: int
    ephemeral: Hex
    sealed: Hex = ""
    signature: Hex = ""

    @property
    def digest(self) -> Digest:
        """What the operator signs."""
        content = self.model_dump(exclude={"signature"})
        statements = AuditStatements(self.chain_id, bytes.fromhex(self.deployment_id[2:]))
        return statements.grant(keccak256(canonical_json(content)))

    def open(self, key: AuditorKey, operator: Address, now: int) -> dict[str, bytes]:
        """The data keys by subject id.

        Raises Refused `audit.grant_forged` unless `operator` signed it, `audit.grant_expired`,
        `audit.grant_of_other` if it was sealed to another auditor.
        """
        try:
            signer = signatures.recover(self.digest, bytes.fromhex(self.signature))
        except Refused:
            signer = None
        if signer != operator:
            raise Refused("audit.grant_forged", got=signer, expected=operator)
        if now >= self.expires_at:
            raise Refused("audit.grant_expired", until=self.expires_at)
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(self.ephemeral))
        shared = _key(key.sealing.exchange(public), bytes.fromhex(self.ephemeral), key.sealing_public)
        try:
            opened = json.loads(open_sealed(shared, bytes.fromhex(self.sealed), self._open_part()))
        except Refused:
            raise Refused("audit.grant_of_other", got=key.address, expected=self.auditor) from None
        return {subject: bytes.fromhex(data_key) for subject, data_key in opened.items()}

    def save(self, path: Path) -> None:
        """Writes the file, mode 0600, whole or not at all."""
        write_private(path, self.model_dump_json(indent=1).encode() + b"\n")

    @classmethod
    def load(cls, path: Path) -> Grant:
        """Reads a file. Raises BadInput `audit.grant_malformed`."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise BadInput("audit.grant_malformed", path=str(path), reason=type(error).__name__) from None

    def _open_part(self) -> bytes:
        return canonical_json(self.model_dump(exclude={"sealed", "signature"}))


def make(
    data_keys: Mapping[str, bytes],
    *,
    chain_id: int,
    deployment_id: str,
    auditor: Address,
    sealing_public: bytes,
    purpose: str,
    issued_at: int,
    expires_at: int,
) -> Grant:
    """A grant that lacks the operator's signature of its `digest` only."""
    ephemeral = X25519PrivateKey.generate()
    public = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    grant = Grant(
        chain_id=chain_id,
        deployment_id=deployment_id,
        auditor=auditor,
        purpose=purpose,
        issued_at=issued_at,
        expires_at=expires_at,
        subjects=len(data_keys),
        ephemeral=public.hex(),
    )
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(sealing_public))
    content = canonical_json({subject: key.hex() for subject, key in data_keys.items()})
    sealed = seal(_key(shared, public, sealing_public), content, grant._open_part())  # noqa: SLF001
    return grant.model_copy(update={"sealed": sealed.hex()})


def _key(shared: bytes, ephemeral: bytes, receiver: bytes) -> bytes:
    info = b"audit-grant" + ephemeral + receiver
    return HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=info).derive(shared)
