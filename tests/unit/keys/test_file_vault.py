from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.errors import BadInput, Conflict, Misconfigured, NotFound
from ledger.keys import passphrase
from ledger.keys.file_vault import FileVault
from ledger.keys.signatures import recover
from ledger.keys.vault import Vault, organisation_key

PASSPHRASE = "a passphrase for tests"


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[FileVault]:
    with FileVault(tmp_path / "vault", PASSPHRASE) as opened:
        yield opened


def test_a_key_signs_also_after_reopening(vault: FileVault, tmp_path: Path) -> None:
    port: Vault = vault
    address = port.create_signing_key(organisation_key(12))
    with FileVault(tmp_path / "vault", PASSPHRASE) as reopened:
        assert reopened.names() == ["organisation-12"]
        assert reopened.address("organisation-12") == address
        assert recover(bytes(32), reopened.sign_digest("organisation-12", bytes(32))) == address


def test_a_key_is_never_overwritten(vault: FileVault) -> None:
    address = vault.create_signing_key("relayer")
    with pytest.raises(Conflict, match="signing_key_exists"):
        vault.create_signing_key("relayer")
    assert vault.address("relayer") == address


@pytest.mark.parametrize("name", ["../relayer", "Relayer", "", "a" * 64, "a/b"])
def test_names_that_are_paths_are_refused(vault: FileVault, name: str) -> None:
    with pytest.raises(BadInput, match="signing_key_name_malformed"):
        vault.create_signing_key(name)
    with pytest.raises(NotFound, match="signing_key_unknown"):
        vault.sign_digest(name, bytes(32))


def test_an_unknown_key_is_not_found(vault: FileVault) -> None:
    with pytest.raises(NotFound, match="organisation-99"):
        vault.address("organisation-99")


def test_a_wrong_passphrase_is_noticed_at_opening(vault: FileVault, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="vault_passphrase_wrong"):
        FileVault(tmp_path / "vault", "another passphrase of length")


def test_nothing_in_the_folder_is_readable_by_others_or_in_clear(vault: FileVault, tmp_path: Path) -> None:
    vault.create_signing_key("governance")
    keys = vault.create_subject_keys(["subject-a"])
    secrets = [keys["subject-a"], vault.index_key(), vault._unlock("governance").secret]
    for path in (tmp_path / "vault").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
        if path.is_file():
            content = path.read_bytes()
            for secret in secrets:
                assert secret not in content
                assert secret.hex().encode() not in content


@pytest.mark.parametrize("field", ["name", "address", "sealed"])
def test_an_edited_key_file_does_not_open(vault: FileVault, tmp_path: Path, field: str) -> None:
    vault.create_signing_key("operator")
    path = tmp_path / "vault/signing/operator.json"
    content = json.loads(path.read_text())
    content[field] = content[field][:-2] + ("00" if content[field][-2:] != "00" else "11")
    path.write_text(json.dumps(content))
    with pytest.raises(Misconfigured):
        vault.sign_digest("operator", bytes(32))


@pytest.mark.parametrize(
    "content", ["", "{", '{"version": 2}', '{"version": 1, "kind": "signing", "name": "operator"}']
)
def test_a_malformed_key_file_is_named(vault: FileVault, tmp_path: Path, content: str) -> None:
    path = tmp_path / "vault/signing/operator.json"
    path.write_text(content)
    with pytest.raises(Misconfigured, match=r"key_file_malformed.*operator.json"):
        vault.address("operator")


def test_a_key_file_may_cost_more(tmp_path: Path) -> None:
    FileVault(tmp_path, PASSPHRASE, scrypt_n=2**15).close()
    assert json.loads((tmp_path / "master.json").read_text())["kdf"]["n"] == 2**15
    FileVault(tmp_path, PASSPHRASE).close()


def test_subject_keys_are_made_read_and_destroyed(vault: FileVault, tmp_path: Path) -> None:
    ids = [f"subject-{n}" for n in range(1200)]
    made = vault.create_subject_keys(ids)
    assert len(set(made.values())) == 1200
    assert vault.wrapping_keys([*ids, "nobody"]) == made
    sealed = _sealed(tmp_path, "subject-7")
    assert sealed in (tmp_path / "vault/subject-keys.sqlite").read_bytes()
    vault.destroy_subject_key("subject-7")
    vault.destroy_subject_key("subject-7")
    assert vault.wrapping_keys(["subject-7", "subject-8"]) == {"subject-8": made["subject-8"]}
    assert sealed not in (tmp_path / "vault/subject-keys.sqlite").read_bytes()
    assert [path.name for path in (tmp_path / "vault").glob("subject-keys*")] == ["subject-keys.sqlite"]


def test_subject_keys_are_made_all_or_none(vault: FileVault) -> None:
    first = vault.create_subject_keys(["a"])
    with pytest.raises(Conflict, match="subject_key_exists"):
        vault.create_subject_keys(["b", "a", "c"])
    assert vault.wrapping_keys(["a", "b", "c"]) == first


def test_a_lost_master_key_is_not_replaced_in_silence(vault: FileVault, tmp_path: Path) -> None:
    (tmp_path / "vault/master.json").unlink()
    with pytest.raises(Misconfigured, match=r"vault_incomplete.*master.json"):
        FileVault(tmp_path / "vault", PASSPHRASE)


def test_the_index_key_stays(vault: FileVault, tmp_path: Path) -> None:
    with FileVault(tmp_path / "vault", PASSPHRASE) as reopened:
        assert reopened.index_key() == vault.index_key()
        assert len(vault.index_key()) == 32


def test_a_passphrase_is_made_once_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    made = passphrase.read_or_make(path)
    assert len(made) >= 43  # 256 bits in base 64
    assert passphrase.read_or_make(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_passphrase_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "passphrase"
    passphrase.read_or_make(path)
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match=r"passphrase_file_exposed.*0640"):
        passphrase.read(path)


def test_a_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="passphrase_too_short"):
        FileVault(tmp_path, "short")


def test_a_missing_passphrase_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="passphrase_file_missing"):
        passphrase.read(tmp_path / "nowhere")


def _sealed(tmp_path: Path, subject_id: str) -> bytes:
    import sqlite3

    with sqlite3.connect(tmp_path / "vault/subject-keys.sqlite") as database:
        (row,) = database.execute("SELECT sealed FROM wrapping_keys WHERE subject_id = ?", (subject_id,))
    database.close()
    return bytes(row[0])
