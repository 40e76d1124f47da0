"""Checkpoints on the chain: an organisation's stream CHECKPOINTS, whose leaves are the digests in order."""

from __future__ import annotations

from collections.abc import Sequence

import coincurve

from ledger.audit.archive import lines
from ledger.audit.checkpoints.checkpoint import Checkpoint
from ledger.chain.bindings.calls import anchor as anchor_call
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Rpc
from ledger.chain.transactions import sign_transaction
from ledger.chain.views import Views
from ledger.domain import merkle
from ledger.domain.codes import Stream
from ledger.domain.events import Contract
from ledger.encoding import eip712
from ledger.encoding.types import Address
from ledger.keys import signatures
from ledger.keys.single_key import SingleKey

_GAS = 500_000


def root_of(checkpoints: Sequence[Checkpoint]) -> bytes:
    """The RFC 6962 root of a stream of checkpoints."""
    return merkle.root([merkle.leaf_hash(one.digest) for one in checkpoints])


def call_data(
    deployment: Deployment,
    checkpoints: Sequence[Checkpoint],
    *,
    organisation: int,
    key: coincurve.PrivateKey,
    deadline: int,
) -> bytes:
    """The call that anchors all checkpoints of an organisation so far, signed with one of its keys."""
    root, size = root_of(checkpoints), len(checkpoints)
    digest = eip712.tree_head_digest(
        deployment.domains[Contract.ANCHORS],
        organisation=organisation,
        stream=Stream.CHECKPOINTS,
        size=size,
        root=root,
        deadline=deadline,
    )
    return anchor_call(
        organisation=organisation,
        stream=Stream.CHECKPOINTS,
        size=size,
        root=root,
        deadline=deadline,
        signature=signatures.sign(key, digest),
    )


def send(rpc: Rpc, chain_id: int, key: coincurve.PrivateKey, to: Address, data: bytes) -> bytes:
    """Sends a call from the key's own address, which chains without fees take; the transaction's hash."""
    keys = SingleKey("auditor", key)
    nonce = int(rpc.call("eth_getTransactionCount", keys.address("auditor"), "pending"), 16)
    signed = sign_transaction(keys, "auditor", chain_id=chain_id, nonce=nonce, to=to, data=data, gas=_GAS)
    rpc.call("eth_sendRawTransaction", lines.shown(signed.raw))
    return signed.hash


def is_anchored(checkpoints: Sequence[Checkpoint], organisation: int, views: Views) -> bool:
    """Whether the organisation's stream ends in exactly these checkpoints."""
    size, _, root = views.tree_head(organisation, Stream.CHECKPOINTS)
    return (size, lines.shown(root)) == (len(checkpoints), lines.shown(root_of(checkpoints)))
