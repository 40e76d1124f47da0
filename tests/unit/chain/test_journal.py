from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ledger.chain.embedded.dumps import Dump, DumpFolder
from ledger.chain.embedded.journal import Journal, JournalledBlock
from ledger.errors import Misconfigured

GENESIS = bytes(range(32))


def block(number: int, *transactions: bytes) -> JournalledBlock:
    block_hash = hashlib.sha256(str(number).encode()).digest()
    return JournalledBlock(number, 1_700_000_000 + number, block_hash, list(transactions))


def write(path: Path, *blocks: JournalledBlock) -> bytes:
    journal = Journal(path, GENESIS)
    for each in blocks:
        journal.append(each)
    journal.close()
    return path.read_bytes()


def read(path: Path) -> list[JournalledBlock]:
    journal = Journal(path, GENESIS)
    blocks = list(journal.blocks(0))
    assert [b.number for b in blocks] == list(range(1, journal.height + 1))
    journal.close()
    return blocks


BLOCKS = [block(1), block(2, b"one", b""), block(3, b"x" * 100_000, b"y")]


def test_what_was_appended_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "journal", *BLOCKS)
    journal = Journal(tmp_path / "journal", GENESIS)
    assert journal.height == 3
    assert journal.last_time == 1_700_000_003
    assert list(journal.blocks(0)) == BLOCKS
    assert list(journal.blocks(2)) == BLOCKS[2:]
    assert [journal.hash_at(n) for n in range(4)] == [GENESIS, *(b.hash for b in BLOCKS)]
    assert journal.size == (tmp_path / "journal").stat().st_size
    journal.close()


def test_only_the_next_block_is_taken(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", GENESIS)
    with pytest.raises(ValueError, match="block 2 does not follow 0"):
        journal.append(block(2))
    journal.close()
    assert read(tmp_path / "journal") == []


def test_every_way_of_being_torn_gives_the_blocks_before(tmp_path: Path) -> None:
    two = len(write(tmp_path / "two", block(1), block(2, b"one")))
    whole = write(tmp_path / "three", block(1), block(2, b"one"), block(3, b"two", b"three"))
    path = tmp_path / "torn"
    for length in range(two, len(whole)):
        path.write_bytes(whole[:length])
        assert len(read(path)) == 2
        assert path.stat().st_size == two
        path.write_bytes(whole[:length] + bytes(len(whole) - length))  # grown, but not all written
        assert len(read(path)) == 2


def test_a_torn_journal_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(write(path, *BLOCKS)[:-1])
    assert write(path, BLOCKS[2])
    assert read(path) == BLOCKS


def test_every_damaged_byte_before_the_last_block_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    one = len(write(tmp_path / "one", block(1)))
    whole = write(path, block(1), block(2, b"one"), block(3))
    for position in range(len(GENESIS) + 8, len(whole) - one):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(Misconfigured, match="journal_damaged"):
            Journal(path, GENESIS)
        assert path.read_bytes() == damaged


def test_a_journal_of_another_chain_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "journal", *BLOCKS)
    with pytest.raises(Misconfigured, match="journal_of_another_chain"):
        Journal(tmp_path / "journal", bytes(32))


def test_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"not a journal at all, but longer than its header")
    with pytest.raises(Misconfigured, match=r"journal_damaged\(.*offset=0"):
        Journal(path, GENESIS)
    assert path.read_bytes().startswith(b"not a journal")


def test_a_header_that_was_being_written_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    path.write_bytes(b"LEDGER")
    assert read(path) == []


def test_the_newest_two_dumps_are_kept_and_broken_ones_passed_over(tmp_path: Path) -> None:
    folder = DumpFolder(tmp_path / "dumps")
    for height in (9, 10, 11):
        folder.write(Dump(height, bytes(32), f"state {height}\n".encode()))
    assert [dump.height for dump in folder.newest_first()] == [11, 10]
    newest = tmp_path / "dumps/dump-0000000011"
    newest.write_bytes(newest.read_bytes()[:-1])
    assert list(folder.newest_first()) == [Dump(10, bytes(32), b"state 10\n")]
    for content in (b"", b"{}\n", b"[1]\nstate", b'{"height": 1, "hash": "zz", "sha256": ""}\n'):
        newest.write_bytes(content)
        assert [dump.height for dump in folder.newest_first()] == [10]
