"""That one state is among those of a checkpoint, shown without the others."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ledger.audit import states
from ledger.audit.archive import lines
from ledger.audit.archive.lines import Hex
from ledger.audit.checkpoints.checkpoint import Checkpoint
from ledger.domain import merkle
from ledger.errors import BadInput, NotFound


class Membership(BaseModel):
    """A leaf of a checkpoint's tree with its RFC 6962 audit path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["certification-ledger/membership"] = "certification-ledger/membership"
    version: Literal[1] = 1
    checkpoint: Checkpoint
    leaf: Hex
    index: int
    path: tuple[Hex, ...]

    @property
    def holds(self) -> bool:
        """Whether the checkpoint's tree has the leaf there. Who signed the checkpoint is for `trust`."""
        return merkle.verify_inclusion(
            merkle.leaf_hash(lines.unhex(self.leaf)),
            self.index,
            self.checkpoint.states,
            [lines.unhex(node) for node in self.path],
            lines.unhex(self.checkpoint.root),
        )


def load(path: Path) -> Membership:
    """Reads a proof, or the first of a list of one. Raises BadInput `audit.membership_malformed`."""
    try:
        document = json.loads(path.read_bytes())
        return Membership.model_validate(document[0] if isinstance(document, list) else document)
    except (OSError, ValueError, IndexError) as error:
        raise BadInput("audit.membership_malformed", path=str(path), reason=type(error).__name__) from None


def prove(checkpoint: Checkpoint, leaves: Iterable[bytes], tag: bytes) -> list[Membership]:
    """Proofs of every state of a tag (in several programmes, it may be).

    Raises NotFound `audit.tag_not_in_checkpoint`; BadInput `audit.states_damaged` for another state's leaves.
    """
    found: list[tuple[int, bytes]] = []
    hashes: list[bytes] = []
    for number, leaf in enumerate(leaves):
        if states.tag_of(leaf) == tag:
            found.append((number, leaf))
        hashes.append(merkle.leaf_hash(leaf))
    if lines.shown(merkle.root(hashes)) != checkpoint.root:
        raise BadInput("audit.states_damaged", path="", reason="not the checkpoint's root")
    if not found:
        raise NotFound("audit.tag_not_in_checkpoint", tag=lines.shown(tag))
    return [
        Membership(
            checkpoint=checkpoint,
            leaf=lines.shown(leaf),
            index=number,
            path=tuple(map(lines.shown, merkle.inclusion_proof(hashes, number))),
        )
        for number, leaf in found
    ]
