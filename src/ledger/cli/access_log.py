"""`ledger access-log prove|check|watch`: that an entry is in the log, and that nothing was taken out."""

from __future__ import annotations

import json as json_module
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.auditing.options import ArchiveFile, DeploymentFile, RpcUrl
from ledger.cli.client import Service
from ledger.cli.options import Json
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.domain.access.check import Checked
    from ledger.domain.access.proof import AccessProof
    from ledger.domain.events import TreeHeadAnchored

app = typer.Typer(help="Who asked for whose data, as anybody can check it.", no_args_is_help=True)

ServiceUrl = Annotated[
    str | None, typer.Option("--service", metavar="URL", help="The service, in the place of your own.")
]


@app.command()
def prove(
    file: Annotated[Path, typer.Argument(help="A receipt, as `ledger data --receipt` keeps it.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write the proof.")],
    service: ServiceUrl = None,
) -> None:
    """Fetch what shows that the entry of a receipt is in the anchored log. Exit code 3: not anchored yet."""
    from ledger.keys.files import write_private

    proof = _with_path(_read(file), _service(service))
    write_private(out, proof.model_dump_json(indent=1).encode() + b"\n")
    output.line(output.say("access_log.proof_written", path=str(out)))


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="A proof, a receipt, or the text of a statement's QR code.")],
    deployment: DeploymentFile,
    rpc: RpcUrl = None,
    archive: ArchiveFile = None,
    service: ServiceUrl = None,
    json: Json = False,
) -> None:
    """Check entries against a chain; the paths of a QR code's are asked of the service.

    Exit code 0: all hold. 1: one does not. 3: no chain to compare with.
    """
    from ledger.chain.deployment import Deployment
    from ledger.domain.access import check as rules

    pinned = Deployment.load(deployment)
    heads = None
    if rpc is not None or archive is not None:
        heads = {(int(head.organisation), head.size): head.root for head in _heads(pinned, rpc, archive)}
    checked = [
        one
        for proof in _proofs(file, service)
        for one in rules.check(proof, lambda token: _payload(token, pinned.pinned.operator), heads)
    ]
    _show(checked, json=json)
    outcomes = [one.holds for one in checked]
    raise typer.Exit(1 if False in outcomes else 3 if None in outcomes else 0)


def _proofs(file: Path, service: str | None) -> list[AccessProof]:
    """What a file holds: one proof, or the entries of a code with their paths."""
    from ledger.domain.access import qr
    from ledger.domain.access.proof import AccessProof

    data = _bytes_of(file)
    if not data.startswith(qr.PREFIX.encode()):
        return [AccessProof.read(data)]
    asked = _service(service)
    return [_with_path(proof, asked) for proof in qr.decode(data.decode("ascii", "replace"))]


@app.command()
def watch(
    deployment: DeploymentFile,
    rpc: RpcUrl = None,
    archive: ArchiveFile = None,
    service: ServiceUrl = None,
    json: Json = False,
) -> None:
    """Check that each log that was anchored begins with the one before it, and the present one with the last.

    Exit code 1: something was taken out, changed, or the log is an older copy.
    """
    from ledger.chain.deployment import Deployment
    from ledger.domain import merkle

    asked = _service(service)
    tree = asked.call("GET", "/v1/access-log/tree")
    heads = [
        (head.size, head.root)
        for head in _heads(Deployment.load(deployment), rpc, archive)
        if head.organisation == tree["organisation"]
    ]
    heads.append((tree["size"], bytes.fromhex(tree["root"][2:])))
    broken = []
    for (first, first_root), (second, second_root) in pairwise(heads):
        path = _consistency(asked, first, second) if first <= second else None
        if path is None or not merkle.verify_consistency(first, first_root, second, second_root, path):
            broken.append({"first": first, "second": second})
    if json:
        output.show({"anchored": len(heads) - 1, "size": tree["size"], "broken": broken})
    else:
        output.line(
            output.say("access_log.watched", anchored=len(heads) - 1, size=tree["size"], broken=len(broken))
        )
        for one in broken:
            output.line(output.say("access_log.not_continued", **one))
    raise typer.Exit(1 if broken else 0)


def _consistency(service: Service, first: int, second: int) -> list[bytes] | None:
    """The service's proof; None if it has no such trees, as after the restore of an older copy."""
    query = {"first": str(first), "second": str(second)}
    try:
        found = service.call("GET", "/v1/access-log/consistency", query=query)
    except Exception as error:
        if getattr(error, "code", None) == "access_log.size_out_of_range":
            return None
        raise
    return [bytes.fromhex(node[2:]) for node in found["path"]]


def _service(url: str | None) -> Service:
    """The service named, to which nobody needs to be signed in; else the one signed in to."""
    return Service(url, None) if url else Service.signed_in()


def _read(file: Path) -> AccessProof:
    from ledger.domain.access.proof import AccessProof

    return AccessProof.read(_bytes_of(file))


def _bytes_of(file: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    from ledger.domain.access.proof import LARGEST_FILE

    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadInput("proof.unreadable", path=str(file), reason=error.strerror or str(error)) from error


def _with_path(proof: AccessProof, service: Service) -> AccessProof:
    from ledger.domain.access.entry import leaf_of
    from ledger.domain.access.proof import Path as TreePath

    leaf = leaf_of(proof.content())
    found = service.call("GET", "/v1/access-log/inclusion", query={"leaf": f"0x{leaf.hex()}"})
    tree = TreePath.model_validate_json(
        json_module.dumps({name: found[name] for name in ("organisation", "size", "path")})
    )
    return proof.model_copy(update={"index": found["index"], "tree": tree})


def _heads(pinned: Any, rpc: str | None, archive: Path | None) -> Iterator[TreeHeadAnchored]:
    from ledger.audit.anchored_heads import anchored_heads
    from ledger.cli.auditing.options import source_of

    return anchored_heads(source_of(rpc, archive, pinned), pinned)


def _payload(token: str, operator: Any) -> Mapping[str, Any]:
    from ledger.domain.access.proof import RECEIPT
    from ledger.errors import Refused
    from ledger.keys import jws

    try:
        statement = jws.read(token, operator)
    except Refused as error:
        raise ValueError(error.code) from error
    if statement.kind != RECEIPT:
        raise ValueError(statement.kind)
    return statement.payload


def _show(checked: Sequence[Checked], *, json: bool) -> None:
    if json:
        output.show(
            [
                {"step": one.step, "holds": one.holds, "got": one.got, "expected": one.expected}
                for one in checked
            ]
        )
        return
    marks = {True: "✓", False: "✗", None: "?"}
    for one in checked:
        output.line(f"{marks[one.holds]} {output.say(f'access_log.step.{one.step}')}")
        output.line(f"      {output.say('proof.got')}: {one.got}")
        output.line(f"      {output.say('proof.expected')}: {one.expected}")
