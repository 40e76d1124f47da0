"""Signs a tree head and stores the transaction that carries it to the contract Anchors."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.chain.bindings.calls import anchor
from ledger.chain.deployment import Deployment
from ledger.domain.codes import Stream
from ledger.domain.events import Contract
from ledger.encoding import eip712
from ledger.keys.vault import Vault
from ledger.relay.preparing import Preparing
from ledger.store import anchors
from ledger.store.anchors import SignedHead

_GAS = 500_000
"""What the transaction is given: several times what a head costs."""


@dataclass(frozen=True, slots=True)
class Head:
    """What an organisation's stream has come to: `size` leaves with the RFC 6962 root `root` (32 bytes)."""

    organisation: int
    key: str
    """Name of the key that signs."""
    stream: Stream
    size: int
    root: bytes


class TreeHeads:
    """Heads on their way. `deadline`: seconds that a signed head may be recorded."""

    def __init__(self, vault: Vault, deployment: Deployment, *, deadline: int) -> None:
        self._vault = vault
        self._deployment = deployment
        self._deadline = deadline

    def prepare(self, preparing: Preparing, head: Head, now: float) -> None:
        """Stores the head's transaction, to be sent until it is mined."""
        signed = self._sign(head, now)
        data = anchor(
            organisation=signed.organisation_id,
            stream=signed.stream,
            size=signed.size,
            root=signed.root,
            deadline=signed.deadline,
            signature=signed.signature,
        )
        preparing.prepare(
            self._deployment.addresses[Contract.ANCHORS],
            data,
            _GAS,
            also=lambda conn, transaction_hash: anchors.add(conn, signed, transaction_hash, now),
        )

    def _sign(self, head: Head, now: float) -> SignedHead:
        deadline = int(now) + self._deadline
        digest = eip712.tree_head_digest(
            self._deployment.domains[Contract.ANCHORS],
            organisation=head.organisation,
            stream=head.stream,
            size=head.size,
            root=head.root,
            deadline=deadline,
        )
        return SignedHead(
            organisation_id=head.organisation,
            stream=head.stream,
            size=head.size,
            root=head.root,
            deadline=deadline,
            signature=self._vault.sign_digest(head.key, digest),
        )
