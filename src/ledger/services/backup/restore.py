"""The way back from a backup."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from ledger.errors import BadInput, Conflict
from ledger.keys.erasure_list import ErasureList
from ledger.keys.files import make_private_directory, sync_directory
from ledger.services.backup import archive
from ledger.services.backup.archive import Manifest
from ledger.services.backup.back_up import DATABASE

_VAULT = "vault"
LIST = "erasures.jsonl"


def restore(
    home: Path,
    ledger_archive: Path | None,
    vault_archive: Path | None,
    *,
    erasures: Path | None = None,
) -> list[Manifest]:
    """Makes `home`, which must be empty or not there, from an installation's archive and its vault's; or,
    from the vault's alone, the vault of a home that has none. Whole, or not at all.

    The next start catches up with the chain, and applies the list of erasures: `erasures` is a newer one than
    the archive's, from wherever it is kept. Raises Conflict `backup.home_in_use`; BadInput
    `backup.missing`, `backup.damaged`, `backup.other_kind`, `backup.vault_older`; Misconfigured
    `backup.not_restored`, `erasure.list_damaged`.
    """
    listed = ErasureList(erasures).read() if erasures else []
    target = home if ledger_archive else home / _VAULT
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict("backup.home_in_use", home=str(target))
    parent = home.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=f".{home.name}-", dir=parent))  # mode 0700
    try:
        manifests = []
        if ledger_archive:
            manifests.append(_extract_ledger(ledger_archive, stage))
        if vault_archive:
            manifests.append(_extract_vault(vault_archive, stage, manifests))
        if ledger_archive:
            ErasureList(stage / LIST).add(listed)
        for path in stage.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        if not ledger_archive:
            make_private_directory(home)
            ErasureList(home / LIST).add(listed)
        (stage if ledger_archive else stage / _VAULT).replace(target)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    sync_directory(target.absolute().parent)
    return manifests


def _extract_ledger(path: Path, stage: Path) -> Manifest:
    manifest = archive.extract(path, stage, "ledger")
    if DATABASE not in {file.path for file in manifest.files}:
        raise BadInput("backup.damaged", path=str(path), what=DATABASE)
    return manifest


def _extract_vault(path: Path, stage: Path, of: list[Manifest]) -> Manifest:
    manifest = archive.extract(path, stage, "vault")
    # An older vault lacks the keys of people who were enrolled since: their records could not be opened.
    for ledger in of:
        if manifest.created_at < ledger.created_at:
            raise BadInput(
                "backup.vault_older", path=str(path), got=manifest.created_at, expected=ledger.created_at
            )
    return manifest
