"""The Ethereum Attestation Service."""

from __future__ import annotations

import secrets

from ledger.chain.sender import Sender
from ledger.cli.bench.peers.contracts import NOBODY, create
from ledger.encoding.hashing import keccak256

_SCHEMA = "bytes32 tag,uint256 word,bytes32 recordHash,uint256 programme"
_DATA_SIZE = 128


class Eas:
    """EAS and its schema registry, deployed by `sender`, with one schema of ours."""

    def __init__(self, sender: Sender) -> None:
        registry = create(sender, "eas/SchemaRegistry")
        self._eas = create(sender, "eas/EAS", registry.address)
        registry.send("register", _SCHEMA, NOBODY, True)
        # As SchemaRegistry.sol has it: keccak256(abi.encodePacked(schema, resolver, revocable)).
        self._schema = keccak256(_SCHEMA.encode() + bytes(20) + b"\x01")

    def attest(self, size: int) -> int:
        """Gas of one `multiAttest` of `size` attestations of 128 bytes each."""
        requests = [(NOBODY, 0, True, bytes(32), secrets.token_bytes(_DATA_SIZE), 0) for _ in range(size)]
        self._latest = self._eas.send("multiAttest", [(self._schema, requests)])
        return self._latest.gas_used

    def revoke(self) -> int:
        """Gas of one `multiRevoke` of those attested last."""
        logs = self._eas.sender.engine.rpc.call(
            "eth_getLogs", {"blockHash": "0x" + self._latest.block_hash.hex()}
        )
        # event Attested(address indexed, address indexed, bytes32 uid, bytes32 indexed)
        requests = [(bytes.fromhex(log["data"][2:]), 0) for log in logs]
        return self._eas.send("multiRevoke", [(self._schema, requests)]).gas_used
