"""The default vault: passphrase-protected files in one folder.

- `master.json` seals the wrapping keys
- `index.json` is the key of the blind index
- `signing/NAME.json` is a signing key
- `subject-keys.sqlite` holds the wrapping keys
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import Self

import coincurve

from ledger.encoding import addresses
from ledger.encoding.types import Address
from ledger.errors import BadInput, Conflict, Misconfigured, NotFound
from ledger.keys import passphrase as passphrases
from ledger.keys import signatures
from ledger.keys.files import make_private_directory
from ledger.keys.key_file import KeyFile, Kind
from ledger.keys.sealing import KEY_SIZE
from ledger.keys.subject_key_store import SubjectKeyStore

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")


class FileVault:
    """A `Vault` in `directory`, which is made if it isn't there.

    Signing keys are unlocked when first used. `scrypt_n` is the cost for files made from now on. Raises
    Misconfigured `vault_passphrase_wrong`, `vault_incomplete`, `key_file_malformed`; BadInput
    `passphrase_too_short`.
    """

    def __init__(self, directory: Path, passphrase: str, *, scrypt_n: int = 2**14) -> None:
        self._passphrase = passphrases.checked(passphrase)
        self._scrypt_n = scrypt_n
        self._directory = directory
        self._signing = directory / "signing"
        self._unlocked: dict[str, coincurve.PrivateKey] = {}
        self._addresses: dict[str, Address] = {}
        self._lock = Lock()
        make_private_directory(self._signing)
        master_key = self._read_or_make("master")
        self._index_key = self._read_or_make("index")
        self._subject_keys = SubjectKeyStore(self._subject_key_file, master_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the vault's files."""
        self._subject_keys.close()

    def names(self) -> list[str]:
        """See `Vault.names`."""
        return sorted(path.stem for path in self._signing.glob("*.json") if _NAME.fullmatch(path.stem))

    def create_signing_key(self, name: str) -> Address:
        """See `Vault.create_signing_key`. Raises BadInput `signing_key_name_malformed`."""
        if not _NAME.fullmatch(name):
            raise BadInput("signing_key_name_malformed", got=name)
        key = coincurve.PrivateKey()
        address = signatures.address_of(key.public_key.format(compressed=False))
        file = KeyFile.protect(
            key.secret, self._passphrase, kind="signing", name=name, address=address, n=self._scrypt_n
        )
        try:
            file.write(self._signing / f"{name}.json")
        except FileExistsError:
            raise Conflict("signing_key_exists", name=name) from None
        return address

    def address(self, name: str) -> Address:
        """See `Vault.address`."""
        if name not in self._addresses:
            self._addresses[name] = addresses.parse(self._read_signing(name).address or "")
        return self._addresses[name]

    def sign_digest(self, name: str, digest: bytes) -> bytes:
        """See `Vault.sign_digest`."""
        return signatures.sign(self._unlock(name), digest)

    def create_subject_keys(self, subject_ids: Iterable[str]) -> dict[str, bytes]:
        """See `Vault.create_subject_keys`."""
        return self._subject_keys.create(subject_ids)

    def wrapping_keys(self, subject_ids: Iterable[str]) -> dict[str, bytes]:
        """See `Vault.wrapping_keys`."""
        return self._subject_keys.read(subject_ids)

    def destroy_subject_key(self, subject_id: str) -> None:
        """See `Vault.destroy_subject_key`."""
        self._subject_keys.destroy(subject_id)

    def index_key(self) -> bytes:
        """See `Vault.index_key`."""
        return self._index_key

    @property
    def _subject_key_file(self) -> Path:
        return self._directory / "subject-keys.sqlite"

    def _read_or_make(self, kind: Kind) -> bytes:
        path = self._directory / f"{kind}.json"
        if not path.exists():
            # A new master key beside old wrapping keys would make every sealed record unreadable without a
            # word.
            if self._subject_key_file.exists():
                raise Misconfigured("vault_incomplete", path=str(path))
            secret = secrets.token_bytes(KEY_SIZE)
            KeyFile.protect(secret, self._passphrase, kind=kind, name=kind, n=self._scrypt_n).write(path)
        return KeyFile.read(path).unlock(self._passphrase)

    def _unlock(self, name: str) -> coincurve.PrivateKey:
        with self._lock:
            if name not in self._unlocked:
                self._unlocked[name] = coincurve.PrivateKey(self._read_signing(name).unlock(self._passphrase))
            return self._unlocked[name]

    def _read_signing(self, name: str) -> KeyFile:
        path = self._signing / f"{name}.json"
        if not _NAME.fullmatch(name) or not path.exists():
            raise NotFound("signing_key_unknown", name=name)
        file = KeyFile.read(path)
        if file.kind != "signing" or file.name != name or file.address is None:
            raise Misconfigured("key_file_malformed", path=str(path), reason="it holds another key")
        return file
