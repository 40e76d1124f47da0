"""Writes an archive from a node."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ledger.audit.archive import lines
from ledger.audit.archive.lines import End, Manifest, Proven
from ledger.audit.node import Node
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.proofs import prove
from ledger.chain.rpc import Rpc
from ledger.domain.events import Contract
from ledger.encoding.hashing import uint256
from ledger.errors import CannotKnow, Conflict
from ledger.keys.files import sync_directory

JOURNAL = "_journal"
"""The variable that holds a contract's running head and count, in its storage layout."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: up to which block, how many blocks and logs, and the file's size in bytes."""

    path: Path
    pinned: Header
    blocks: int
    logs: int
    size: int


def export(
    rpc: Rpc,
    deployment: Deployment,
    path: Path,
    *,
    now: int,
    depth: int = 0,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Written:
    """Writes the ledger's history up to the newest block under `depth` others: whole or not at all.

    Nothing is judged: `replay` does that, with the archive as well as with the node. `now` in unix seconds.
    Raises Conflict `audit.file_exists`; CannotKnow if the node can't give it all.
    """
    if path.exists():
        raise Conflict("audit.file_exists", path=str(path))
    node = Node(rpc, deployment)
    pinned = node.newest(depth)
    manifest = Manifest(
        software=version("certification-ledger"),
        created_at=now,
        chain_id=node.chain_id(),
        deployment=deployment,
        genesis=lines.block_line(node.genesis()),
        pinned=lines.block_line(pinned),
        contracts=_proven(node, deployment, pinned),  # first of all: nodes soon forget a block's state
    )
    part = path.with_name(f".{path.name}.part")
    try:
        counted = _write(part, manifest, node, deployment.first_block, pinned=pinned, progress=progress)
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync_directory(path.parent)
    return Written(path, pinned, *counted, path.stat().st_size)


def _proven(node: Node, deployment: Deployment, pinned: Header) -> dict[Contract, Proven]:
    slots = {
        deployment.addresses[contract]: [uint256(deployment.contracts[contract].slots[JOURNAL])]
        for contract in Contract
    }
    _, proofs = prove(node.rpc, pinned.hash, slots)
    found = {}
    for contract, address in deployment.addresses.items():
        (journal,) = proofs[address].slots.values()
        found[contract] = Proven(
            code=lines.shown(node.code(contract, pinned)),
            account=tuple(map(lines.shown, proofs[address].account)),
            journal=tuple(map(lines.shown, journal)),
        )
    return found


def _write(
    part: Path,
    manifest: Manifest,
    node: Node,
    first: int,
    *,
    pinned: Header,
    progress: Callable[[int, int], None],
) -> tuple[int, int]:
    digest = hashlib.sha256()
    blocks = logs = segments = 0
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # No name and no time in the gzip header: the same history gives the same bytes.
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=file, mtime=0) as packed:

            def put(text: str) -> None:
                line = text.encode() + b"\n"
                digest.update(line)
                packed.write(line)

            put(manifest.model_dump_json())
            last: Header | None = None
            for segment in node.segments(first, pinned.number):
                put(
                    _json(
                        {
                            "blocks": [lines.block_line(one).model_dump() for one in segment.headers],
                            "logs": [lines.log_line(log) for log in segment.logs],
                        }
                    )
                )
                segments += 1
                blocks += len(segment.headers)
                logs += len(segment.logs)
                last = segment.headers[-1]
                progress(blocks, pinned.number - first + 1)
            if last is None or last.hash != pinned.hash:
                raise CannotKnow("audit.block_replaced", block=pinned.number)
            end = End(segments=segments, sha256=digest.hexdigest())
            packed.write(end.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return blocks, logs


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
