"""`ledger backup` and `ledger restore`: they open files themselves, and need no running service."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.cli.serve import Home
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.services.backup import BackedUp

_MIB = 1 << 20


def backup(
    file: Annotated[
        Path | None, typer.Argument(help="The archive to write: database, chain, deployment.")
    ] = None,
    vault: Annotated[
        Path | None, typer.Option("--vault", help="The archive to write of the vault, still encrypted.")
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Back the installation up, also while the service runs. Keep the two archives in two places."""
    from ledger.cli.installation import settings_from
    from ledger.services.backup import back_up

    _require_one(file, vault)
    settings = settings_from(home=home)
    written = back_up(settings, file, vault_target=vault, now=int(time.time()))
    if json:
        output.show({"archives": [_shown(one) for one in written]})
        return
    for one in written:
        size = f"{one.size / _MIB:.1f}"
        output.line(output.say("backup.written", path=one.path, files=len(one.manifest.files), size=size))
    if vault is None:
        output.line(output.say("backup.vault_apart"))
    else:
        output.line(output.say("backup.passphrase", path=settings.passphrase_file))


def restore(
    file: Annotated[Path | None, typer.Argument(help="An archive that `ledger backup` wrote.")] = None,
    vault: Annotated[
        Path | None, typer.Option("--vault", help="The archive of the vault that was written with it.")
    ] = None,
    erasures: Annotated[
        Path | None,
        typer.Option("--erasures", metavar="FILE", help="The list of erasures, newer than the archive's."),
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a new installation from a backup, or bring a vault back; `ledger serve` then goes on."""
    from ledger.cli.installation import settings_from
    from ledger.services.backup import restore as run

    _require_one(file, vault)
    settings = settings_from(home=home)
    manifests = run(settings.home, file, vault, erasures=erasures)
    files = sum(len(manifest.files) for manifest in manifests)
    if json:
        output.show(
            {"home": str(settings.home), "files": files, "created_at": manifests[0].created_at},
        )
        return
    moment = output.minute(manifests[0].created_at)
    output.line(output.say("backup.restored", home=settings.home, files=files, time=moment))
    if erasures is None:
        output.line(output.say("erasure.list_wanted", name=settings.erasure_list.name, time=moment))
    if vault is None:
        output.line(output.say("backup.vault_needed"))
    elif not settings.passphrase_file.exists():
        output.line(output.say("backup.passphrase_needed", path=settings.passphrase_file))


def _require_one(file: Path | None, vault: Path | None) -> None:
    if file is None and vault is None:
        raise BadInput("backup.nothing_named")


def _shown(one: BackedUp) -> dict[str, object]:
    return {
        "path": str(one.path),
        "bytes": one.size,
        "kind": one.manifest.kind,
        "created_at": one.manifest.created_at,
        "files": [file.path for file in one.manifest.files],
    }
