"""A backup is taken while the service runs, and comes back whole or not at all."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from ledger.audit.replay import replay
from ledger.audit.result import Verdict
from ledger.errors import BadInput, Conflict, LedgerError, Misconfigured
from ledger.services.actors import Actor
from ledger.services.backup import back_up, restore
from ledger.services.certify import Action, CertificationRequest
from ledger.services.references import SubjectRef
from tests.installation import Installation, open_installation

NOW = 1_800_000_000


@dataclass(frozen=True)
class Backup:
    """The two archives, who was certified before and after them, and the home they are of."""

    home: Path
    ledger: Path
    vault: Path
    before: SubjectRef
    after: SubjectRef


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Backup:
    """A backup taken between two certifications, with the service running."""
    folder = tmp_path_factory.mktemp("backup")
    with open_installation(folder / "home") as running:
        before = certified(running)
        settings = running.application.settings
        back_up(settings, folder / "ledger.tar.gz", vault_target=folder / "vault.tar.gz", now=NOW)
        after = certified(running)
    return Backup(folder / "home", folder / "ledger.tar.gz", folder / "vault.tar.gz", before, after)


def certified(running: Installation, born: date = date(1940, 5, 5)) -> SubjectRef:
    """Somebody new, certified to finality."""
    subject = running.enrol(born=born)
    request = CertificationRequest(subject=subject, action=Action.CERTIFY, method="visit")
    running.application.certify.submit_one(running.worker, request)
    running.settle()
    return subject


def verdict(running: Installation, subject: SubjectRef, actor: Actor) -> str:
    return str(running.application.lookup.verdict(actor, subject).verdict)


def restored(backup: Backup, home: Path) -> Path:
    """A home from the backup, with the passphrase that the operator kept."""
    restore(home, backup.ledger, backup.vault)
    shutil.copy2(backup.home / "vault-passphrase", home / "vault-passphrase")
    return home


def test_everything_of_the_backup_is_there_and_replays_clean(taken: Backup, tmp_path: Path) -> None:
    with open_installation(restored(taken, tmp_path / "new")) as running:
        running.catch_up()
        assert verdict(running, taken.before, running.worker) == "VALID"
        with pytest.raises(LedgerError):  # enrolled after the backup
            verdict(running, taken.after, running.worker)
        application = running.application
        assert replay(application.engine.rpc, application.deployment).verdict is Verdict.CLEAN


def test_a_restored_ledger_goes_on(taken: Backup, tmp_path: Path) -> None:
    with open_installation(restored(taken, tmp_path / "new")) as running:
        later = certified(running, born=date(1930, 5, 5))
        assert verdict(running, later, running.worker) == "VALID"
        application = running.application
        assert replay(application.engine.rpc, application.deployment).verdict is Verdict.CLEAN


def test_with_the_journal_of_today_the_restored_index_catches_up(taken: Backup, tmp_path: Path) -> None:
    """The disk with the database was lost, that with the chain was not."""
    home = restored(taken, tmp_path / "new")
    shutil.rmtree(home / "chain")
    shutil.copytree(taken.home / "chain", home / "chain")
    with open_installation(home) as running:
        running.catch_up()
        assert verdict(running, taken.before, running.worker) == "VALID"
        application = running.application
        result = replay(application.engine.rpc, application.deployment)
        assert result.verdict is Verdict.CLEAN
        assert result.counts.certifications == 2


def test_the_vault_may_come_back_by_itself_and_must_before_the_start(taken: Backup, tmp_path: Path) -> None:
    home = tmp_path / "new"
    restore(home, taken.ledger, None)
    shutil.copy2(taken.home / "vault-passphrase", home / "vault-passphrase")
    with pytest.raises(Misconfigured) as caught, open_installation(home):
        pass
    assert caught.value.code == "backup.vault_missing"
    restore(home, None, taken.vault)
    with open_installation(home) as running:
        running.catch_up()
        assert verdict(running, taken.before, running.worker) == "VALID"
    with pytest.raises(Conflict):
        restore(home, None, taken.vault)


def test_archives_and_what_is_restored_are_their_owners_alone(taken: Backup, tmp_path: Path) -> None:
    home = restored(taken, tmp_path / "new")
    for path in (taken.ledger, taken.vault, home, *home.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_archive_holds_the_passphrase_and_the_first_holds_no_key(taken: Backup) -> None:
    names = {}
    for path in (taken.ledger, taken.vault):
        with tarfile.open(path) as tar:
            names[path] = set(tar.getnames())
    assert {
        "manifest.json",
        "ledger.sqlite",
        "chain/journal",
        "chain/chain.json",
        "deployment.json",
    } <= names[taken.ledger]
    assert not [name for name in names[taken.ledger] if "vault" in name or name == "lock"]
    assert {"vault/master.json", "vault/index.json", "vault/subject-keys.sqlite"} <= names[taken.vault]
    assert not [name for name in names[taken.vault] if "passphrase" in name]


@pytest.mark.parametrize("damage", ["a flipped byte", "the end is missing", "no archive at all", "no file"])
@pytest.mark.parametrize("which", ["ledger", "vault"])
def test_a_damaged_archive_restores_nothing(taken: Backup, tmp_path: Path, damage: str, which: str) -> None:
    damaged = tmp_path / "damaged.tar.gz"
    content = bytearray(getattr(taken, which).read_bytes())
    if damage == "a flipped byte":
        content[len(content) // 2] ^= 0x40
    elif damage == "the end is missing":
        del content[-2000:]
    elif damage == "no archive at all":
        content = bytearray(os.urandom(5000))
    if damage != "no file":
        damaged.write_bytes(content)
    archives = {"ledger": taken.ledger, "vault": taken.vault, which: damaged}
    with pytest.raises(BadInput) as caught:
        restore(tmp_path / "new", archives["ledger"], archives["vault"])
    assert caught.value.code == ("backup.missing" if damage == "no file" else "backup.damaged")
    assert [path.name for path in tmp_path.iterdir() if path != damaged] == []


def test_archives_in_each_others_place_are_refused(taken: Backup, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        restore(tmp_path / "new", taken.vault, taken.ledger)
    assert caught.value.code == "backup.other_kind"
    assert not any(tmp_path.iterdir())


def test_an_older_vault_is_refused(taken: Backup, tmp_path: Path) -> None:
    with open_installation(restored(taken, tmp_path / "new")) as running:
        settings = running.application.settings
        later = tmp_path / "later.tar.gz"
        back_up(settings, later, vault_target=tmp_path / "later-vault.tar.gz", now=NOW + 1)
    with pytest.raises(BadInput) as caught:
        restore(tmp_path / "another", later, taken.vault)
    assert caught.value.code == "backup.vault_older"


def test_nothing_is_overwritten_and_what_cannot_be_written_is_said(taken: Backup, tmp_path: Path) -> None:
    home = restored(taken, tmp_path / "new")
    with pytest.raises(Conflict) as caught:
        restore(home, taken.ledger, taken.vault)
    assert caught.value.code == "backup.home_in_use"
    with open_installation(home) as running:
        settings = running.application.settings
        before = taken.ledger.read_bytes()
        with pytest.raises(Conflict) as caught:
            back_up(settings, taken.ledger, vault_target=tmp_path / "vault.tar.gz", now=NOW)
        assert caught.value.code == "backup.file_exists"
        assert taken.ledger.read_bytes() == before
        with pytest.raises(Misconfigured) as failed:
            back_up(settings, tmp_path / "nowhere" / "ledger.tar.gz", now=NOW)
        assert failed.value.code == "backup.not_written"
        assert not (tmp_path / "vault.tar.gz").exists()
