"""A deployer's key, from a vault's file or an Ethereum keystore."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from eth_account import Account

from ledger.encoding.hashing import keccak256
from ledger.errors import Misconfigured, NotFound
from ledger.keys.file_vault import FileVault
from ledger.keys.signatures import recover
from ledger.keys.single_key import read_single_key

PASSPHRASE = "a passphrase for tests"
DIGEST = keccak256(b"digest")


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "keystore.json"
    path.write_text(json.dumps(Account.encrypt(b"\x07" * 32, "short", iterations=1024)))
    return path


def test_a_key_file_of_a_vault_signs_as_the_vault_does(tmp_path: Path) -> None:
    with FileVault(tmp_path / "vault", PASSPHRASE) as vault:
        address = vault.create_signing_key("deployer")
        signature = vault.sign_digest("deployer", DIGEST)
    key = read_single_key(tmp_path / "vault/signing/deployer.json", PASSPHRASE)
    assert (key.name, key.address("deployer")) == ("deployer", address)
    assert key.sign_digest("deployer", DIGEST) == signature


def test_a_keystore_signs_as_its_account_does(keystore: Path) -> None:
    key = read_single_key(keystore, "short")
    assert key.address(key.name) == Account.from_key(b"\x07" * 32).address
    assert recover(DIGEST, key.sign_digest(key.name, DIGEST)) == key.address(key.name)


def test_there_is_no_key_but_that_one(keystore: Path) -> None:
    with pytest.raises(NotFound, match="signing_key_unknown"):
        read_single_key(keystore, "short").address("governance")


def test_a_wrong_passphrase_is_refused(tmp_path: Path, keystore: Path) -> None:
    with FileVault(tmp_path / "vault", PASSPHRASE) as vault:
        vault.create_signing_key("deployer")
    for path in (keystore, tmp_path / "vault/signing/deployer.json"):
        with pytest.raises(Misconfigured, match="vault_passphrase_wrong"):
            read_single_key(path, "another passphrase")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"version": 3}', '{"version": 3, "crypto": {}}'])
def test_what_is_no_key_is_refused_with_the_path(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(content)
    with pytest.raises(Misconfigured, match=r"key_file_malformed\(path=.*key\.json"):
        read_single_key(path, PASSPHRASE)


def test_a_vaults_other_secrets_are_no_signing_keys(tmp_path: Path) -> None:
    FileVault(tmp_path / "vault", PASSPHRASE).close()
    with pytest.raises(Misconfigured, match=r"key_file_malformed\(.*kind master"):
        read_single_key(tmp_path / "vault/master.json", PASSPHRASE)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"key_file_missing\(path=.*nowhere"):
        read_single_key(tmp_path / "nowhere", PASSPHRASE)
