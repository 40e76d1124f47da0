"""Checkpoints on the chain: an organisation's stream CHECKPOINTS, whose leaves are the digests in order."""

from __future__ import annotations

from collections.abc import Sequence

import coincurve

from ledger.audit.archive import lines
from ledger.audit.checkpoints.checkpoint import Checkpoint
from ledger.chain.bindings.calls import anchor as anchor_call
from ledger.chain.deployment import Deployment
from ledger.chain.views import Views
from ledger.domain import merkle
from ledger.domain.codes import Stream
from ledger.domain.events import Contract
from ledger.encoding import eip712
from ledger.keys import signatures


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


def is_anchored(checkpoints: Sequence[Checkpoint], organisation: int, views: Views) -> bool:
    """Whether the organisation's stream ends in exactly these checkpoints."""
    size, _, root = views.tree_head(organisation, Stream.CHECKPOINTS)
    return (size, lines.shown(root)) == (len(checkpoints), lines.shown(root_of(checkpoints)))
