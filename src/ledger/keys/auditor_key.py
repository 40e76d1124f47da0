"""An auditor's key file: one secret, from which a signing key and a key to seal grants to derive."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import coincurve
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ledger.encoding.types import Address
from ledger.errors import Conflict
from ledger.keys import signatures
from ledger.keys.key_file import KeyFile
from ledger.keys.sealing import KEY_SIZE

_NAME = "auditor"


@dataclass(frozen=True, slots=True)
class AuditorKey:
    """`signing` signs checkpoints (secp256k1); grants are sealed to `sealing` (X25519, RFC 7748)."""

    signing: coincurve.PrivateKey = field(repr=False)
    sealing: X25519PrivateKey = field(repr=False)

    @property
    def address(self) -> Address:
        """Of the signing key."""
        return signatures.address_of(self.signing.public_key.format(compressed=False))

    @property
    def sealing_public(self) -> bytes:
        """What an operator needs to know to seal a grant: 32 bytes."""
        return self.sealing.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def create(path: Path, passphrase: str) -> AuditorKey:
    """Makes a random key in a new file under the passphrase. Raises Conflict `signing_key_exists`."""
    secret = coincurve.PrivateKey().secret
    key = _from(secret)
    file = KeyFile.protect(secret, passphrase, kind="signing", name=_NAME, address=key.address)
    try:
        file.write(path)
    except FileExistsError:
        raise Conflict("signing_key_exists", name=str(path)) from None
    return key


def load(path: Path, passphrase: str) -> AuditorKey:
    """The key of a file. Raises Misconfigured `vault_passphrase_wrong`, `key_file_malformed`."""
    return _from(KeyFile.read(path).unlock(passphrase))


def _from(secret: bytes) -> AuditorKey:
    # Apart from the signing key, so that neither use says anything about the other.
    derived = HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=None, info=b"audit-grant").derive(secret)
    return AuditorKey(coincurve.PrivateKey(secret), X25519PrivateKey.from_private_bytes(derived))
