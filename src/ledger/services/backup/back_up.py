"""Taking a backup, also while the service runs."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.errors import Conflict, Misconfigured, NotFound
from ledger.services.backup import archive
from ledger.services.backup.archive import Kind, Manifest
from ledger.settings import Settings
from ledger.store import backup as store_backup
from ledger.store.database import Database

DATABASE = "ledger.sqlite"
JOURNAL = "chain/journal"
_PLAIN = ("deployment.json", "organisations.toml", "erasures.jsonl", "chain/chain.json")


@dataclass(frozen=True, slots=True)
class BackedUp:
    """An archive that was written: what it holds, and how large it became, bytes."""

    path: Path
    manifest: Manifest
    size: int


def back_up(
    settings: Settings, target: Path | None, *, vault_target: Path | None = None, now: int
) -> list[BackedUp]:
    """Writes the installation to `target`, its vault to `vault_target`, as far as they are given.

    Raises NotFound `backup.no_installation`; Conflict `backup.file_exists`; Refused `backup_sqlite_only`;
    CannotKnow `database_full` …; Misconfigured `backup.not_written`. Then neither archive is there.
    """
    if not settings.deployment_file.exists():
        raise NotFound("backup.no_installation", home=str(settings.home))
    # Records before keys: no record of the one archive is without its key in the other.
    wanted: list[tuple[Kind, Path]] = [("ledger", target)] if target else []
    wanted += [("vault", vault_target)] if vault_target else []
    for _, path in wanted:
        if path.exists():
            raise Conflict("backup.file_exists", path=str(path))
    done: list[BackedUp] = []
    try:
        for kind, path in wanted:
            done.append(_write(settings, kind, path, now))
    except BaseException:
        for one in done:
            one.path.unlink()
        raise
    return done


def _write(settings: Settings, kind: Kind, target: Path, now: int) -> BackedUp:
    try:
        with TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as folder:
            stage = Path(folder)
            if kind == "ledger":
                _stage_ledger(settings, stage)
            else:
                _stage_vault(settings.vault_directory, stage)
            manifest = Manifest(
                kind=kind,
                software=version("certification-ledger"),
                created_at=now,
                files=archive.describe(stage),
            )
            archive.write(target, stage, manifest)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Misconfigured("backup.not_written", path=str(target), reason=reason) from error
    return BackedUp(target, manifest, target.stat().st_size)


def _stage_ledger(settings: Settings, stage: Path) -> None:
    database = Database(settings.resolved_database_url)
    try:
        store_backup.backup(database, stage / DATABASE)
    finally:
        database.close()
    (stage / "chain" / "dumps").mkdir(parents=True)
    for name in _PLAIN:
        if (settings.home / name).exists():
            shutil.copyfile(settings.home / name, stage / name)
    # The journal last: it reaches at least as far as the database and the dump, which is what a start asks
    # of it. A frame that is being written now is cut off by that start.
    _stage_newest_dump(settings.chain_directory / "dumps", stage / "chain" / "dumps")
    if (settings.home / JOURNAL).exists():
        shutil.copyfile(settings.home / JOURNAL, stage / JOURNAL)


def _stage_newest_dump(dumps: Path, stage: Path) -> None:
    """A dump saves the restored chain time, so one that is being replaced is let go."""
    for path in sorted(dumps.glob("dump-*"), reverse=True):
        try:
            shutil.copyfile(path, stage / path.name)
        except FileNotFoundError:
            continue
        return


def _stage_vault(vault: Path, stage: Path) -> None:
    (stage / "vault" / "signing").mkdir(parents=True)
    for path in sorted([*vault.glob("*.json"), *(vault / "signing").glob("*.json")]):
        shutil.copyfile(path, stage / "vault" / path.relative_to(vault))
    for path in sorted(vault.glob("*.sqlite")):
        with (
            closing(sqlite3.connect(path)) as source,
            closing(sqlite3.connect(stage / "vault" / path.name)) as copy,
        ):
            source.backup(copy)
