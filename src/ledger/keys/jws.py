"""What the operator says to one asker, as any JOSE library reads it: JWS compact serialization (RFC 7515),
signed with ES256K (RFC 8812).

The header carries the public key (`jwk`). A reader believes it only if its address is the operator's in the
deployment file that they trust.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from ledger.encoding.types import Address
from ledger.errors import Refused
from ledger.keys import signatures
from ledger.keys.vault import SigningKeys

ALGORITHM = "ES256K"
_PROBE = hashlib.sha256(b"which key is this?").digest()


@dataclass(frozen=True, slots=True)
class Statement:
    """What was signed: the header's `typ`, and the payload."""

    kind: str
    payload: Mapping[str, Any]


class Signer:
    """Signs with one key of a vault, which tells its public key by a signature."""

    def __init__(self, keys: SigningKeys, name: str) -> None:
        self._keys = keys
        self._name = name
        public_key = signatures.public_key(_PROBE, keys.sign_digest(name, _PROBE))
        self._jwk = {
            "kty": "EC",
            "crv": "secp256k1",
            "x": _encode(public_key[1:33]),
            "y": _encode(public_key[33:]),
        }
        self._headers: dict[str, str] = {}

    def sign(self, kind: str, payload: Mapping[str, Any]) -> str:
        """The statement, three parts of base64url with dots between them."""
        signed = f"{self._header(kind)}.{_encode(_json(payload))}"
        signature = self._keys.sign_digest(self._name, hashlib.sha256(signed.encode()).digest())
        return f"{signed}.{_encode(signature[:64])}"

    def _header(self, kind: str) -> str:
        if kind not in self._headers:
            self._headers[kind] = _encode(_json({"alg": ALGORITHM, "typ": kind, "jwk": self._jwk}))
        return self._headers[kind]


def read(token: str, signer: Address) -> Statement:
    """The statement, if `signer` made it.

    Raises Refused `jws.malformed` (no JWS of this kind), `jws.other_signer`, `jws.signature_wrong`.
    """
    try:
        header = jws.extract_compact(token.encode()).headers()
        key = ECKey.import_key(header["jwk"])
        address = _address(header["jwk"])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("jws.malformed") from error
    if address != signer:
        raise Refused("jws.other_signer", got=address, expected=signer)
    try:
        found = jws.deserialize_compact(token, key, algorithms=[ALGORITHM])
        payload = json.loads(found.payload)
    except (JoseError, ValueError) as error:
        raise Refused("jws.signature_wrong") from error
    if not isinstance(payload, dict):
        raise Refused("jws.malformed")
    return Statement(str(header.get("typ")), payload)


def _address(jwk: Mapping[str, str]) -> Address:
    if (jwk["kty"], jwk["crv"]) != ("EC", "secp256k1"):
        raise ValueError("another kind of key")
    return signatures.address_of(b"\x04" + _decode(jwk["x"]) + _decode(jwk["y"]))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4)).rjust(32, b"\0")
