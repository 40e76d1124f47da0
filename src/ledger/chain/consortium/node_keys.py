"""A node's two ed25519 keys, in CometBFT's files: one names it to its peers, one signs blocks."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_ADDRESS_BYTES = 20


@dataclass(frozen=True, slots=True)
class NodeKey:
    """An ed25519 key as CometBFT keeps it; its representation says nothing of the secret."""

    public: bytes
    """32 bytes."""
    private_file: bytes
    """The content of the file that CometBFT reads."""

    @property
    def address(self) -> bytes:
        """The first 20 bytes of SHA-256 of the public key: a validator's address, a node's id."""
        return hashlib.sha256(self.public).digest()[:_ADDRESS_BYTES]

    def __repr__(self) -> str:
        return f"NodeKey({self.address.hex()})"


def new_peer_key() -> NodeKey:
    """For `config/node_key.json`."""
    public, secret = _new()
    content = {"priv_key": {"type": "tendermint/PrivKeyEd25519", "value": _base64(secret + public)}}
    return NodeKey(public, json.dumps(content).encode())


def new_validator_key() -> NodeKey:
    """For `config/priv_validator_key.json`."""
    public, secret = _new()
    content = {
        "address": hashlib.sha256(public).digest()[:_ADDRESS_BYTES].hex().upper(),
        "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _base64(public)},
        "priv_key": {"type": "tendermint/PrivKeyEd25519", "value": _base64(secret + public)},
    }
    return NodeKey(public, json.dumps(content).encode())


def _new() -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    return key.public_key().public_bytes_raw(), key.private_bytes_raw()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
