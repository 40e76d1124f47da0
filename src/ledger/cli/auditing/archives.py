"""`ledger audit export` and `ledger audit compare`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.auditing.options import DeploymentFile, Depth, source_of
from ledger.cli.auditing.showing import progress
from ledger.cli.options import Json


def export(
    file: Annotated[Path, typer.Argument(help="The archive to write.")],
    rpc: Annotated[str, typer.Option("--rpc", metavar="URL", help="A node of the chain.")],
    deployment: DeploymentFile,
    depth: Depth = 0,
    json: Json = False,
) -> None:
    """Write the ledger's whole history to one file, which `replay --archive` needs no node for."""
    from ledger.audit.archive.write import export as run
    from ledger.chain.deployment import Deployment
    from ledger.chain.rpc import Rpc

    with progress() as bars:
        written = run(
            Rpc(rpc),
            Deployment.load(deployment),
            file,
            now=int(time.time()),
            depth=depth,
            progress=lambda done, total: bars.blocks(done, total, 0),
        )
    shown = {
        "path": str(written.path),
        "block": written.pinned.number,
        "hash": "0x" + written.pinned.hash.hex(),
        "blocks": written.blocks,
        "logs": written.logs,
        "bytes": written.size,
    }
    if json:
        output.show(shown)
    else:
        output.fields([(name, str(value)) for name, value in shown.items()])


def compare(
    first: Annotated[str, typer.Argument(help="A node's URL, or an archive.")],
    second: Annotated[str, typer.Argument(help="Another one.")],
    deployment: DeploymentFile,
    json: Json = False,
) -> None:
    """Find the first block at which two histories part. Exit code 0: one history. 1: they part."""
    from ledger.audit import nodes
    from ledger.audit.findings import Findings
    from ledger.audit.result import finding_as_json
    from ledger.chain.deployment import Deployment

    pinned = Deployment.load(deployment)
    sources = [
        source_of(name, None, pinned) if "://" in name else source_of(None, Path(name), pinned)
        for name in (first, second)
    ]
    findings = Findings()
    # The shorter one says how far both can be compared.
    ends = [source.newest(0) for source in sources]
    if ends[1].number < ends[0].number:
        sources.reverse()
        ends.reverse()
    nodes.compare(sources[0], sources[1], ends[0], pinned, findings)
    found = [finding_as_json(one) for one in findings]
    if json:
        output.show({"block": ends[0].number, "findings": found})
    else:
        for one in found or [{"code": "same", "where": {"block": ends[0].number}, "got": "", "expected": ""}]:
            output.line(f"{one['code']}: {one['where']} {one['got']} {one['expected']}".strip())
    raise typer.Exit(1 if found else 0)
