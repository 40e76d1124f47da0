"""The embedded chain: what is final stays, whatever dies when."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.embedded.journal import Journal
from ledger.chain.transactions import SignedTransaction, sign_transaction
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import BlockNumber
from ledger.errors import Misconfigured
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import RELAYER

HEAD = ("eth_getBlockByNumber", "latest", False)
NOWHERE = addresses.from_bytes(b"\x11" * 20)


def send(chain: EmbeddedChain, vault: FileVault, nonce: int, count: int = 1) -> list[SignedTransaction]:
    signed = [
        sign_transaction(
            vault, RELAYER, chain_id=510181, nonce=nonce + n, to=NOWHERE, data=bytes((n % 256,)), gas=100_000
        )
        for n in range(count)
    ]
    for transaction in reversed(signed):  # the pool must put them in order
        chain.rpc.call("eth_sendRawTransaction", "0x" + transaction.raw.hex())
    return signed


def grow(chain: EmbeddedChain, vault: FileVault, blocks: int, start: int = 0) -> list[str]:
    """Mines blocks of one transaction each; the hashes of all blocks."""
    for n in range(blocks):
        send(chain, vault, start + n)
        chain.seal()
    return hashes(chain)


def hashes(chain: EmbeddedChain) -> list[str]:
    height = int(chain.rpc.call("eth_blockNumber"), 16)
    return [
        block["hash"]
        for block in chain.rpc.batch([("eth_getBlockByNumber", [hex(n), False]) for n in range(height + 1)])
    ]


def journal_height(directory: Path) -> int:
    genesis = (directory / "journal").read_bytes()[8:40]
    journal = Journal(directory / "journal", genesis)
    journal.close()
    return journal.height


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    for _ in range(500):
        if not is_running(pid):
            return
        time.sleep(0.01)
    pytest.fail(f"process {pid} still runs")


def test_everything_that_waits_goes_into_one_block_in_nonce_order(
    chain: EmbeddedChain, vault: FileVault
) -> None:
    sent = send(chain, vault, nonce=0, count=300)
    chain.seal()
    head = chain.rpc.call(*HEAD)
    assert head["transactions"] == ["0x" + transaction.hash.hex() for transaction in sent]
    assert chain.final_height(BlockNumber(int(head["number"], 16))) == 1


def test_sealing_with_nothing_waiting_makes_no_block(chain: EmbeddedChain) -> None:
    chain.seal()
    assert chain.rpc.call("eth_blockNumber") == "0x0"


def test_nothing_costs_anything_and_nobody_starts_with_anything(
    chain: EmbeddedChain, vault: FileVault
) -> None:
    grow(chain, vault, blocks=3)
    head = chain.rpc.call(*HEAD)
    assert head["baseFeePerGas"] == "0x0"
    assert chain.rpc.call("eth_gasPrice") == "0x0"
    assert chain.rpc.call("eth_accounts") == []
    assert chain.rpc.call("eth_getBalance", vault.address(RELAYER), "latest") == "0x0"


def test_block_times_follow_the_clock_and_never_go_back(chain: EmbeddedChain, vault: FileVault) -> None:
    before = int(time.time())
    grow(chain, vault, blocks=5)
    times = [
        int(chain.rpc.call("eth_getBlockByNumber", hex(number), False)["timestamp"], 16)
        for number in range(1, 6)
    ]
    assert times == sorted(times)
    assert before <= times[0]
    assert times[-1] <= time.time()


def test_a_clean_restart_has_every_block_and_log(chain: EmbeddedChain, vault: FileVault) -> None:
    grown = grow(chain, vault, blocks=6)
    directory = chain.directory
    chain.close()
    assert list((directory / "dumps").iterdir())
    with EmbeddedChain(directory, port=0) as again:
        assert hashes(again) == grown
        assert len(grow(again, vault, blocks=2, start=6)) == 9


@pytest.mark.parametrize("dumped", [True, False])
def test_after_sigkill_the_journal_gives_the_same_hashes(
    tmp_path: Path, vault: FileVault, dumped: bool
) -> None:
    directory = tmp_path / "chain"
    with EmbeddedChain(directory, port=0) as first:
        grow(first, vault, blocks=4)
    with EmbeddedChain(directory, port=0) as second:
        grown = grow(second, vault, blocks=3, start=4)
        killed = tmp_path / "killed"
        shutil.copytree(directory, killed)  # what a SIGKILL leaves: the synced journal and an old dump
    if not dumped:
        shutil.rmtree(killed / "dumps")
    seen: list[tuple[int, int]] = []
    with EmbeddedChain(killed, port=0, progress=lambda done, total: seen.append((done, total))) as again:
        assert hashes(again) == grown
        assert seen[-1] == ((3, 3) if dumped else (7, 7))


def test_a_block_that_was_mined_but_not_journalled_was_never_final(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grow(chain, vault, blocks=2)
        (sent,) = send(chain, vault, nonce=2)
        chain.rpc.call("evm_mine")
        assert chain.final_height(BlockNumber(3)) == 2
        killed = tmp_path / "killed"
        shutil.copytree(tmp_path / "chain", killed)
    with EmbeddedChain(killed, port=0) as again:
        assert len(hashes(again)) == 3
        again.rpc.call("eth_sendRawTransaction", "0x" + sent.raw.hex())  # the same bytes once more
        again.seal()
        assert again.rpc.call(*HEAD)["transactions"] == ["0x" + sent.hash.hex()]
        assert again.final_height(BlockNumber(3)) == 3


def test_a_block_mined_before_a_failed_sync_is_journalled_by_the_next_seal(
    chain: EmbeddedChain, vault: FileVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    send(chain, vault, nonce=0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        with pytest.raises(Misconfigured, match="No space left on device"):
            chain.seal()
    assert chain.final_height(BlockNumber(1)) == 0
    chain.seal()
    assert chain.final_height(BlockNumber(1)) == 1
    assert journal_height(chain.directory) == 1


@pytest.mark.parametrize("cut", [1, 30, 150])
def test_a_torn_last_entry_is_cut_off(tmp_path: Path, vault: FileVault, cut: int) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grown = grow(chain, vault, blocks=3)
        torn = tmp_path / "torn"
        shutil.copytree(tmp_path / "chain", torn)
    with (torn / "journal").open("r+b") as file:
        file.truncate(file.seek(0, os.SEEK_END) - cut)
    with EmbeddedChain(torn, port=0) as again:
        assert hashes(again) == grown[:3]
        again.rpc.call("evm_mine")
        again.seal()
    assert journal_height(torn) == 3


def test_damage_in_the_middle_of_the_journal_is_never_cut_off(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grow(chain, vault, blocks=3)
    whole = (tmp_path / "chain/journal").read_bytes()
    for position in (0, 41, 60, 200):
        damaged = bytearray(whole)
        damaged[position] ^= 0xFF
        (tmp_path / "chain/journal").write_bytes(damaged)
        with pytest.raises(Misconfigured, match="journal_damaged"):
            EmbeddedChain(tmp_path / "chain", port=0)
        assert len((tmp_path / "chain/journal").read_bytes()) == len(whole)


def test_a_damaged_dump_is_passed_over(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grown = grow(chain, vault, blocks=3)
    (dump,) = (tmp_path / "chain/dumps").iterdir()
    content = bytearray(dump.read_bytes())
    content[-100] ^= 1
    dump.write_bytes(content)
    with EmbeddedChain(tmp_path / "chain", port=0) as again:
        assert hashes(again) == grown


def test_a_journal_that_lost_final_blocks_is_refused(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grow(chain, vault, blocks=1)
        early = (tmp_path / "chain/journal").read_bytes()
        grow(chain, vault, blocks=2, start=1)
    (tmp_path / "chain/journal").write_bytes(early)
    with pytest.raises(Misconfigured, match=r"journal_behind_dump\(got=1, expected=3\)"):
        EmbeddedChain(tmp_path / "chain", port=0)


def test_a_journal_with_another_history_is_refused(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grow(chain, vault, blocks=2)
    journal = tmp_path / "chain/journal"
    source = Journal(journal, journal.read_bytes()[8:40])
    first, second = source.blocks(0)
    forged = Journal(tmp_path / "forged", source.hash_at(0))
    forged.append(first)
    forged.append(type(second)(second.number, second.time + 1, second.hash, second.transactions))
    source.close()
    forged.close()
    (tmp_path / "forged").replace(journal)
    shutil.rmtree(tmp_path / "chain/dumps")
    with pytest.raises(Misconfigured, match=r"journal_not_reproduced\(block=2"):
        EmbeddedChain(tmp_path / "chain", port=0)


def test_another_chain_id_is_refused(tmp_path: Path) -> None:
    EmbeddedChain(tmp_path / "chain", port=0).close()
    with pytest.raises(Misconfigured, match=r"chain_made_with_another_id\(got=510181, expected=7"):
        EmbeddedChain(tmp_path / "chain", port=0, chain_id=7)


def test_the_journal_of_another_chain_is_refused(tmp_path: Path) -> None:
    EmbeddedChain(tmp_path / "a", port=0).close()
    EmbeddedChain(tmp_path / "b", port=0, chain_id=7).close()
    (tmp_path / "a/journal").replace(tmp_path / "b/journal")
    with pytest.raises(Misconfigured, match="journal_of_another_chain"):
        EmbeddedChain(tmp_path / "b", port=0, chain_id=7)


def test_a_malformed_description_is_named(tmp_path: Path) -> None:
    (tmp_path / "chain.json").write_text('{"version": 1, "chain_id": "x"}')
    with pytest.raises(Misconfigured, match=r"chain_file_malformed.*chain\.json"):
        EmbeddedChain(tmp_path, port=0)


def test_a_second_instance_is_told_who_holds_the_folder(chain: EmbeddedChain) -> None:
    with pytest.raises(Misconfigured, match=rf"chain_in_use.*pid={os.getpid()}"):
        EmbeddedChain(chain.directory, port=0)


def test_a_taken_port_gives_a_free_one(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with EmbeddedChain(tmp_path / "chain", port=port) as chain:
            assert chain.url.startswith("http://127.0.0.1:")
            assert chain.url != f"http://127.0.0.1:{port}"
            assert chain.rpc.call("eth_chainId") == hex(510181)


def test_a_missing_anvil_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANVIL", str(tmp_path / "nowhere"))
    with pytest.raises(Misconfigured, match="anvil_not_executable"):
        EmbeddedChain(tmp_path / "chain", port=0)
    monkeypatch.delenv("ANVIL")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(Misconfigured, match=r"anvil_missing\(package=@foundry-rs/anvil-linux-vax"):
        EmbeddedChain(tmp_path / "chain", port=0)


def test_an_anvil_that_does_not_start_leaves_its_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "anvil"
    broken.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    broken.chmod(0o700)
    monkeypatch.setenv("ANVIL", str(broken))
    with pytest.raises(Misconfigured, match="anvil_failed"):
        EmbeddedChain(tmp_path / "chain", port=0)
    assert (tmp_path / "chain/anvil.log").read_text() == "broken\n"


def test_the_pending_blocks_time_is_the_clocks_after_a_restart(tmp_path: Path, vault: FileVault) -> None:
    directory = tmp_path / "chain"
    with EmbeddedChain(directory, port=0) as chain:
        chain.rpc.call("evm_mine", {"timestamp": int(time.time())})
        chain.seal()
    time.sleep(2)
    with EmbeddedChain(directory, port=0) as chain:
        returns_its_time = "0x425f5260205ff3"
        seen = int(chain.rpc.call("eth_call", {"data": returns_its_time}, "pending"), 16)
        assert abs(seen - time.time()) < 2


def test_a_restart_from_a_dump_still_proves_storage(tmp_path: Path, vault: FileVault) -> None:
    with EmbeddedChain(tmp_path / "chain", port=0) as chain:
        grow(chain, vault, blocks=3)
    with EmbeddedChain(tmp_path / "chain", port=0) as again:
        root = bytes.fromhex(again.rpc.call(*HEAD)["stateRoot"][2:])
        proof = again.rpc.call("eth_getProof", vault.address(RELAYER), [], "latest")["accountProof"]
        assert keccak256(bytes.fromhex(proof[0][2:])) == root


def test_a_dump_that_finds_the_disk_full_is_done_without(
    tmp_path: Path, vault: FileVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    chain = EmbeddedChain(tmp_path / "chain", port=0)
    grown = grow(chain, vault, blocks=2)
    with monkeypatch.context() as patch:
        patch.setattr("ledger.chain.embedded.dumps.write_private", full)
        chain.close()
    assert not list((tmp_path / "chain/dumps").iterdir())
    with EmbeddedChain(tmp_path / "chain", port=0) as again:
        assert hashes(again) == grown


def test_closing_ends_the_process(tmp_path: Path) -> None:
    chain = EmbeddedChain(tmp_path / "chain", port=0)
    assert chain.alive
    assert os.getpgid(chain.pid) == chain.pid  # Ctrl-C in the terminal doesn't reach it
    chain.close()
    assert not is_running(chain.pid)


def test_anvil_dies_with_its_parent_and_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    script = (
        "import sys, threading, time\n"
        "from pathlib import Path\n"
        "from ledger.chain.embedded.chain import EmbeddedChain\n"
        "started = []\n"
        "start = lambda: started.append(EmbeddedChain(Path(sys.argv[1]), port=0))\n"
        "starter = threading.Thread(target=start)\n"
        "starter.start(); starter.join(); time.sleep(0.2)\n"
        "assert started[0].rpc.call('eth_blockNumber') == '0x0'\n"
        "print(started[0].pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "chain")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
    assert is_running(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until_gone(pid)
    EmbeddedChain(tmp_path / "chain", port=0).close()  # and the folder is free again


def test_threads_may_seal_at_once(chain: EmbeddedChain, vault: FileVault) -> None:
    send(chain, vault, nonce=0, count=40)
    threads = [threading.Thread(target=chain.seal) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert chain.rpc.call("eth_blockNumber") == "0x1"
    assert chain.final_height(BlockNumber(9)) == 1
