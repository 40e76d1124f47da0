"""One signing key from a file that is no part of a vault: a deployer's, used once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import coincurve

from ledger.encoding.types import Address
from ledger.errors import Misconfigured, NotFound
from ledger.keys import signatures
from ledger.keys.key_file import KeyFile


@dataclass(frozen=True, slots=True)
class SingleKey:
    """A `SigningKeys` with one key in it."""

    name: str
    _private: coincurve.PrivateKey = field(repr=False)

    def address(self, name: str) -> Address:
        """See `SigningKeys.address`."""
        return signatures.address_of(self._named(name).public_key.format(compressed=False))

    def sign_digest(self, name: str, digest: bytes) -> bytes:
        """See `SigningKeys.sign_digest`."""
        return signatures.sign(self._named(name), digest)

    def _named(self, name: str) -> coincurve.PrivateKey:
        if name != self.name:
            raise NotFound("signing_key_unknown", name=name)
        return self._private


def read_single_key(path: Path, passphrase: str) -> SingleKey:
    """The key in a vault's signing key file, or in an Ethereum keystore (Web3 Secret Storage, version 3).

    Raises Misconfigured `key_file_missing`, `key_file_malformed`, `vault_passphrase_wrong`.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise Misconfigured("key_file_missing", path=str(path)) from None
    except ValueError:
        raise _malformed(path, "no JSON") from None
    if isinstance(content, dict) and content.get("version") == 3:
        return SingleKey(path.stem, coincurve.PrivateKey(_open_keystore(path, content, passphrase)))
    file = KeyFile.read(path)
    if file.kind != "signing":
        raise _malformed(path, f"it holds a key of kind {file.kind}, not signing")
    return SingleKey(file.name, coincurve.PrivateKey(file.unlock(passphrase)))


def _open_keystore(path: Path, content: dict[str, object], passphrase: str) -> bytes:
    from eth_account import Account

    try:
        return bytes(Account.decrypt(content, passphrase))
    except (KeyError, TypeError, NotImplementedError):
        raise _malformed(path, "no keystore of version 3") from None
    except ValueError as error:
        if "MAC" not in str(error):
            raise _malformed(path, str(error)) from None
        raise Misconfigured("vault_passphrase_wrong", key=path.stem) from None


def _malformed(path: Path, reason: str) -> Misconfigured:
    return Misconfigured("key_file_malformed", path=str(path), reason=reason)
