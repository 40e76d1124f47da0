"""Options that the audit's commands share, and what they stand for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.audit.source import Source
    from ledger.chain.deployment import Deployment
    from ledger.keys.auditor_key import AuditorKey

RpcUrl = Annotated[str | None, typer.Option("--rpc", metavar="URL", help="A node of the chain.")]
ArchiveFile = Annotated[
    Path | None, typer.Option("--archive", metavar="FILE", help="An archive, in the place of a node.")
]
DeploymentFile = Annotated[
    Path, typer.Option("--deployment", metavar="FILE", help="The deployment file that you trust.")
]
Depth = Annotated[
    int, typer.Option("--depth", min=0, help="Blocks above a final one: 0 on embedded and BFT chains.")
]
KeyFile = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="Your key (`ledger audit key`).")]
PassphraseFile = Annotated[
    Path | None, typer.Option("--passphrase-file", metavar="FILE", help="What opens your key.")
]


def source_of(rpc: str | None, archive: Path | None, deployment: Deployment) -> Source:
    """The node or the archive. Raises BadInput `audit.one_source`."""
    from ledger.audit.archive.read import Archive
    from ledger.audit.node import Node
    from ledger.chain.rpc import Rpc

    if (rpc is None) == (archive is None):
        raise BadInput("audit.one_source")
    return Node(Rpc(rpc), deployment) if rpc is not None else Archive(Path(str(archive)), deployment)


def auditor_key_of(key: Path | None, passphrase_file: Path | None) -> AuditorKey:
    """The auditor's key. Raises BadInput `audit.needs_key`."""
    from ledger.keys import auditor_key
    from ledger.keys.passphrase import read

    if key is None or passphrase_file is None:
        raise BadInput("audit.needs_key")
    return auditor_key.load(key, read(passphrase_file))


def unhex(name: str, digits: str, size: int) -> bytes:
    """So many bytes from hex, with 0x or without. Raises BadInput `audit.bad_hex`."""
    try:
        value = bytes.fromhex(digits.removeprefix("0x"))
    except ValueError:
        value = b""
    if len(value) != size:
        raise BadInput("audit.bad_hex", name=name, expected=2 * size)
    return value
