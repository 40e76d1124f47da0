"""Anvil is killed while the service runs: the chain comes back by itself, and nobody is told a lie."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.process import AnvilProcess
from ledger.chain.rpc import NodeUnreachable
from ledger.chain.transactions import sign_transaction
from ledger.encoding import addresses
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import RELAYER
from tests.installation import Installation, open_installation

PATIENCE = 30.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Installation]:
    """An installation of the test's own: what it kills is nobody else's."""
    with open_installation(tmp_path) as opened:
        yield opened


def until(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        time.sleep(0.01)


def kill_anvil(chain: EmbeddedChain) -> None:
    """And waits until another runs and answers."""
    before = chain.pid
    os.kill(before, signal.SIGKILL)
    until("another Anvil", lambda: chain.pid != before and answers(chain))


def answers(chain: EmbeddedChain) -> bool:
    try:
        chain.rpc.call("eth_chainId")
    except NodeUnreachable:
        return False
    return True


def heights_and_hashes(chain: EmbeddedChain) -> list[str]:
    height = int(chain.rpc.call("eth_blockNumber"), 16)
    return [
        block["hash"]
        for block in chain.rpc.batch([("eth_getBlockByNumber", [hex(n), False]) for n in range(height + 1)])
    ]


def send(chain: EmbeddedChain, vault: FileVault, nonce: int) -> None:
    signed = sign_transaction(
        vault, RELAYER, chain_id=510181, nonce=nonce,
        to=addresses.from_bytes(b"\x11" * 20), data=b"", gas=100_000,
    )  # fmt: skip
    chain.rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex())


def test_a_killed_anvil_comes_back_on_its_port_with_the_same_blocks(
    chain: EmbeddedChain, vault: FileVault
) -> None:
    for nonce in range(5):
        send(chain, vault, nonce)
        chain.seal()
    before, url = heights_and_hashes(chain), chain.url
    for _ in range(3):
        kill_anvil(chain)
        assert heights_and_hashes(chain) == before
        assert chain.url == url
    send(chain, vault, 5)
    chain.seal()
    assert len(heights_and_hashes(chain)) == len(before) + 1


def test_nobody_sees_a_chain_that_is_still_being_brought_back(chain: EmbeddedChain, vault: FileVault) -> None:
    for nonce in range(40):
        send(chain, vault, nonce)
        chain.seal()
    head = chain.rpc.call("eth_blockNumber")
    seen: set[str] = set()
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set():
            try:
                seen.add(chain.rpc.call("eth_blockNumber"))
            except NodeUnreachable:
                seen.add("unreachable")

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for looker in lookers:
        looker.start()
    kill_anvil(chain)
    ended.set()
    for looker in lookers:
        looker.join()
    assert seen == {head, "unreachable"}


def test_a_port_that_another_program_took_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain, held_back(chain, monkeypatch) as let_go:
        killed = chain.pid
        os.kill(killed, signal.SIGKILL)
        until("it is dead", lambda: not chain.alive)
        with socket.create_server(("127.0.0.1", int(chain.url.rpartition(":")[2]))):
            let_go()
            time.sleep(0.5)
            assert chain.pid == killed
        until("another Anvil", lambda: chain.pid != killed and answers(chain))


@contextmanager
def held_back(chain: EmbeddedChain, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Another Anvil is started only once what is yielded has been called."""
    may_start = threading.Event()
    start = chain._start_again

    def start_later() -> AnvilProcess:
        may_start.wait()
        return start()

    monkeypatch.setattr(chain, "_start_again", start_later)
    yield may_start.set
    may_start.set()


def test_a_clock_that_was_ahead_when_anvil_came_back_keeps_no_block_waiting(
    chain: EmbeddedChain, vault: FileVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: real() + 3600)
        kill_anvil(chain)
    send(chain, vault, 0)
    chain.seal()
    assert int(chain.rpc.call("eth_getBlockByNumber", "0x1", False)["timestamp"], 16) <= real()


def test_closing_while_anvil_is_dead_leaves_nothing_running(tmp_path: Path) -> None:
    chain = EmbeddedChain(tmp_path / "chain", port=0)
    os.kill(chain.pid, signal.SIGKILL)
    chain.close()
    assert not chain.alive
    EmbeddedChain(tmp_path / "chain", port=0).close()


def test_the_service_says_unknown_while_anvil_is_away_and_then_goes_on(
    home: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup, status = home.application.lookup, home.application.status
    chain = home.application.engine
    assert isinstance(chain, EmbeddedChain)
    someone = home.enrol()
    with held_back(chain, monkeypatch):
        os.kill(chain.pid, signal.SIGKILL)
        until("noticed", lambda: status.health().trouble is not None)
        assert lookup.verdict(home.worker, someone, "senior-allowance").verdict == "UNKNOWN"
    until("answers again", lambda: status.health().ready)
    assert lookup.verdict(home.worker, someone, "senior-allowance").verdict == "NEVER"
