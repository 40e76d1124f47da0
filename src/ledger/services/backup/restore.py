"""The way back from a backup."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp

from ledger.errors import BadInput, Conflict
from ledger.keys.files import make_private_directory, sync_directory
from ledger.services.backup import archive
from ledger.services.backup.archive import Manifest
from ledger.services.backup.back_up import DATABASE


def restore(home: Path, ledger_archive: Path, vault_archive: Path) -> list[Manifest]:
    """Makes `home`, which must be empty or not there, from the two archives: whole, or not at all.

    The next start catches up with the chain. Raises Conflict `backup.home_in_use`; BadInput
    `backup.missing`, `backup.damaged`, `backup.other_kind`, `backup.vault_older`.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Conflict("backup.home_in_use", home=str(home))
    parent = home.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    stage = Path(mkdtemp(prefix=f".{home.name}-", dir=parent))  # mode 0700
    try:
        manifests = [
            archive.extract(ledger_archive, stage, "ledger"),
            archive.extract(vault_archive, stage, "vault"),
        ]
        _check(ledger_archive, vault_archive, manifests)
        for folder in ("chain/dumps", "vault/signing"):
            make_private_directory(stage / folder)
        for path in stage.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        stage.replace(home)
    except BaseException:
        shutil.rmtree(stage)
        raise
    sync_directory(parent)
    return manifests


def _check(ledger_archive: Path, vault_archive: Path, manifests: list[Manifest]) -> None:
    ledger, vault = manifests
    if DATABASE not in {file.path for file in ledger.files}:
        raise BadInput("backup.damaged", path=str(ledger_archive), what=DATABASE)
    # An older vault lacks the keys of people who were enrolled since: their records could not be opened.
    if vault.created_at < ledger.created_at:
        raise BadInput(
            "backup.vault_older",
            path=str(vault_archive),
            got=vault.created_at,
            expected=ledger.created_at,
        )
