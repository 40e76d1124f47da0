"""`ledger deploy` and `ledger deploy verify`, against a node that they do not start themselves."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from ledger.chain.deployment import Deployment
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.verify import verify_deployment
from ledger.cli.run import run
from ledger.domain.events import Contract
from tests.service import LEDGER, PATIENCE

STEPS = 7
"""The factory, five contracts, and `Policies.setEnforcer`."""


@pytest.fixture
def node(chain: EmbeddedChain) -> Iterator[EmbeddedChain]:
    """The chain as others run it: it makes its blocks by itself."""
    stopped = threading.Event()

    def mine() -> None:
        while not stopped.wait(0.02):
            chain.seal()

    miner = threading.Thread(target=mine)
    miner.start()
    yield chain
    stopped.set()
    miner.join()


def pending(chain: EmbeddedChain) -> int:
    return int(chain.rpc.call("txpool_status")["pending"], 16)


def height(chain: EmbeddedChain) -> int:
    return int(chain.rpc.call("eth_blockNumber"), 16)


def deploying(chain: EmbeddedChain, home: Path) -> subprocess.Popen[bytes]:
    command = [str(LEDGER), "deploy", "--home", str(home), "--rpc", chain.url]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_killed_after_every_transaction_it_is_carried_on(chain: EmbeddedChain, tmp_path: Path) -> None:
    """Every second time the transaction is still waiting when the next process starts."""
    home = tmp_path / "home"
    for step in range(STEPS):
        process = deploying(chain, home)
        if pending(chain):
            time.sleep(1)  # by now it most likely waits for what the last one left
            chain.seal()
        deadline = time.monotonic() + PATIENCE
        while not pending(chain):
            assert process.poll() is None, "it ended before it had sent all"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        if step % 2:
            chain.seal()
        process.kill()
        process.wait()
        assert not (home / "deployment.json").exists()
    chain.seal()
    assert deploying(chain, home).wait(PATIENCE) == 0
    assert height(chain) == STEPS  # each once
    verify_deployment(chain.rpc, Deployment.load(home / "deployment.json"))
    assert not (home / "deployment.json.draft").exists()


def test_a_second_time_nothing_is_sent(
    node: EmbeddedChain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["deploy", "--home", str(tmp_path / "home"), "--rpc", node.url, "--json"]
    assert run(command) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["engine"] == "remote"
    assert first["call_still_due"] is None
    assert run(command) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert height(node) == STEPS


def test_another_chain_is_refused(
    node: EmbeddedChain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = str(tmp_path / "home")
    assert run(["deploy", "--home", home, "--rpc", node.url]) == 0
    with EmbeddedChain(tmp_path / "other", port=0) as other:
        assert run(["--lang", "en", "deploy", "--home", home, "--rpc", other.url]) == 2
        assert "another chain" in capsys.readouterr().err
        assert height(other) == 0
        assert run(["deploy", "verify", "--home", home, "--rpc", other.url, "--json"]) == 1
        (difference,) = json.loads(capsys.readouterr().out)["differences"]
        assert difference["code"] == "genesis_differs"


def test_a_keystore_deploys_for_a_safe_that_has_a_call_to_make(
    node: EmbeddedChain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, safe = tmp_path / "home", "0x000000000000000000000000000000000000dEaD"
    keystore, passphrase = tmp_path / "deployer.json", tmp_path / "passphrase"
    keystore.write_text(json.dumps(Account.encrypt(b"\x07" * 32, "short", iterations=1024)))
    passphrase.write_text("short\n")
    passphrase.chmod(0o600)
    key = ["--key", str(keystore), "--passphrase-file", str(passphrase)]
    where = ["--home", str(home), "--rpc", node.url]
    assert run(["deploy", *where, *key, "--governance", safe, "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["governance"] == safe
    policies, certifications = (made["contracts"][c]["address"] for c in ("Policies", "Certifications"))
    assert made["call_still_due"]["to"] == policies
    assert made["call_still_due"]["data"].endswith(certifications[2:].lower())
    deployer = Account.from_key(b"\x07" * 32).address
    assert int(node.rpc.call("eth_getTransactionCount", deployer, "latest"), 16) == STEPS - 1
    assert run(["deploy", "verify", *where, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "differences": [],
        "call_still_due": made["call_still_due"],
    }
    other = "0x000000000000000000000000000000000000bEEF"
    assert run(["--lang", "en", "deploy", *where, "--governance", other]) == 2
    assert safe in capsys.readouterr().err
    passphrase.write_text("wrong\n")
    assert run(["deploy", "--home", str(tmp_path / "new"), "--rpc", node.url, *key]) == 2


def test_verify_says_what_differs(
    node: EmbeddedChain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--home", str(tmp_path / "home"), "--rpc", node.url]
    assert run(["deploy", *where]) == 0
    assert run(["deploy", "verify", *where]) == 0
    capsys.readouterr()
    address = Deployment.load(tmp_path / "home/deployment.json").contracts[Contract.CONSENTS].address
    node.rpc.call("anvil_setCode", address, "0x60006000fd")
    assert run(["--lang", "en", "deploy", "verify", *where]) == 1
    said = capsys.readouterr().out
    assert "Consents" in said
    assert address in said
    assert "Members" not in said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["deploy", "verify", "--home", "nowhere"], 2),
        (["deploy", "--rpc", "ftp://node"], 2),
        (["deploy", "--rpc", "http://127.0.0.1:1"], 3),
        (["deploy", "--governance", "0x12"], 2),
        (["deploy", "--json", "verify"], 2),
    ],
)
def test_what_can_not_be_done_has_its_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == code


def test_a_key_without_a_terminal_needs_a_file_for_its_passphrase(
    node: EmbeddedChain, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keystore = tmp_path / "deployer.json"
    keystore.write_text("{}")
    command = ["--lang", "en", "deploy", "--home", str(tmp_path / "home"), "--rpc", node.url]
    assert run([*command, "--key", str(keystore)]) == 2
    assert "--passphrase-file" in capsys.readouterr().err
    assert height(node) == 0


def test_the_homes_own_chain_is_deployed_to_and_verified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = ["--home", str(tmp_path / "home")]
    assert run(["deploy", *home]) == 0
    assert run(["--lang", "en", "deploy", "verify", *home]) == 0
    assert "as the file says" in capsys.readouterr().out
