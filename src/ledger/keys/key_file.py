"""One secret in one passphrase-protected file.

JSON: {"version": 1, "kind", "name", "address"?, "kdf": {"name": "scrypt", "n", "r", "p", "salt"}, "sealed"};
bytes as hex. The passphrase goes through scrypt (RFC 7914) to a key, under which the secret is sealed by
AES-256-GCM with version, kind, name and address as associated data: a file renamed or edited does not open.
"""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ledger.encoding.types import Address
from ledger.errors import Misconfigured, Refused
from ledger.keys.files import write_private
from ledger.keys.sealing import KEY_SIZE, open_sealed, seal

Kind = Literal["signing", "master", "index"]
Hex = Annotated[str, Field(pattern=r"^([0-9a-f]{2})+$")]


class KeyDerivation(BaseModel):
    """scrypt's parameters.

    The defaults cost 16 MiB and about 25 ms. They suit a random passphrase of 256 bits, which `ledger
    serve` makes by default and which no cost parameter could make stronger; who chooses a passphrase raises
    n. They are stored per file, so old files stay readable.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Literal["scrypt"] = "scrypt"
    n: int = Field(default=2**14, ge=2**14, le=2**22)
    r: int = Field(default=8, ge=8, le=32)
    p: int = Field(default=1, ge=1, le=16)
    salt: Hex = Field(default_factory=lambda: secrets.token_bytes(16).hex())

    def key(self, passphrase: str) -> bytes:
        """The 32-byte key that the passphrase stands for."""
        kdf = Scrypt(salt=bytes.fromhex(self.salt), length=KEY_SIZE, n=self.n, r=self.r, p=self.p)
        return kdf.derive(passphrase.encode())


class KeyFile(BaseModel):
    """A sealed secret and what may be known about it without the passphrase."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    kind: Kind
    name: str
    address: str | None = None
    kdf: KeyDerivation
    sealed: Hex

    @classmethod
    def protect(
        cls,
        secret: bytes,
        passphrase: str,
        *,
        kind: Kind,
        name: str,
        address: Address | None = None,
        n: int = 2**14,
    ) -> KeyFile:
        """`secret` sealed under the passphrase with a fresh salt; `n` is scrypt's cost."""
        kdf = KeyDerivation(n=n)
        sealed = seal(kdf.key(passphrase), secret, _associated_data(kind, name, address))
        return cls(kind=kind, name=name, address=address, kdf=kdf, sealed=sealed.hex())

    def unlock(self, passphrase: str) -> bytes:
        """The secret. Raises Misconfigured `vault_passphrase_wrong`, also for a file that was altered."""
        try:
            return open_sealed(
                self.kdf.key(passphrase),
                bytes.fromhex(self.sealed),
                _associated_data(self.kind, self.name, self.address),
            )
        except Refused:
            raise Misconfigured("vault_passphrase_wrong", key=self.name) from None

    def write(self, path: Path) -> None:
        """Writes a new file, mode 0600, whole or not at all. Raises FileExistsError: no key is ever
        overwritten.
        """
        write_private(path, self.model_dump_json(indent=1, exclude_none=True).encode() + b"\n", replace=False)

    @classmethod
    def read(cls, path: Path) -> KeyFile:
        """Reads a file. Raises Misconfigured `key_file_malformed` with its path."""
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            raise Misconfigured("key_file_malformed", path=str(path), reason=_where(error)) from None


def _associated_data(kind: str, name: str, address: str | None) -> bytes:
    return json.dumps([1, kind, name, address], separators=(",", ":")).encode()


def _where(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
