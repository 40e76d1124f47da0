"""Verax: its registries behind proxies, as they are deployed, and a default portal without modules."""

from __future__ import annotations

import secrets
from typing import Any

from ledger.chain.sender import Sender
from ledger.cli.bench.peers.contracts import Contract, call, create
from ledger.encoding.hashing import keccak256

_SCHEMA = "uint256 word, bytes32 recordHash, uint256 programme"
_SUBJECT_SIZE, _DATA_SIZE = 32, 96


class Verax:
    """Verax, deployed by `sender`, with one schema and one portal of ours."""

    def __init__(self, sender: Sender) -> None:
        router = _proxied(sender, "verax/Router")
        attestations = _proxied(sender, "verax/AttestationRegistry")
        modules = _proxied(sender, "verax/ModuleRegistry")
        portals = _proxied(sender, "verax/PortalRegistry", False)
        schemas = _proxied(sender, "verax/SchemaRegistry")
        router.send("updateAttestationRegistry", attestations.address)
        router.send("updateModuleRegistry", modules.address)
        router.send("updatePortalRegistry", portals.address)
        router.send("updateSchemaRegistry", schemas.address)
        for registry in (attestations, modules, portals, schemas):
            registry.send("updateRouter", router.address)
        portals.send("setIssuer", sender.address)
        schemas.send("createSchema", "record", "a record", "none", _SCHEMA)
        self._schema = keccak256(_SCHEMA.encode())  # as getIdFromSchemaString has it
        self._portal = create(sender, "verax/DefaultPortal", [], router.address)
        portals.send("register", self._portal.address, "ledger", "a ledger", True, "us")
        self._latest = range(1, 1)

    def attest(self, size: int) -> int:
        """Gas of one `bulkAttest` of `size` attestations with a subject of 32 and data of 96 bytes each."""
        payloads = [
            (self._schema, 0, secrets.token_bytes(_SUBJECT_SIZE), secrets.token_bytes(_DATA_SIZE))
            for _ in range(size)
        ]
        first = self._latest.stop
        self._latest = range(first, first + size)
        return self._portal.send("bulkAttest", payloads, [[] for _ in payloads]).gas_used

    def revoke(self) -> int:
        """Gas of one `bulkRevoke` of those attested last."""
        # As generateAttestationId has it, with a chain prefix of 0: they are counted from 1.
        ids = [number.to_bytes(32) for number in self._latest]
        return self._portal.send("bulkRevoke", ids).gas_used


def _proxied(sender: Sender, artifact: str, *arguments: Any) -> Contract:
    """An upgradeable contract of Verax, initialised behind a proxy (ERC-1967) of its own."""
    implementation = create(sender, artifact, *arguments)
    proxy = create(sender, "openzeppelin/ERC1967Proxy", implementation.address, call(artifact, "initialize"))
    return Contract(sender, artifact, proxy.address)
