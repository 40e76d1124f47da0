"""Archives that somebody has altered, with their checksum made right again: each found by its own code."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.archive.read import Archive
from ledger.audit.findings import Code
from ledger.audit.replay import Replay
from ledger.domain.events import Contract
from tests.audited_service import AuditedService

Lines = list[dict[str, Any]]


def altered(service: AuditedService, path: Path, change: Callable[[Lines], None]) -> Path:
    """The archive with its lines changed, and an end that fits them."""
    *lines, end = [json.loads(line) for line in gzip.decompress(service.archive.read_bytes()).splitlines()]
    change(lines)
    packed = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
    end |= {"segments": len(lines) - 1, "sha256": hashlib.sha256(packed).hexdigest()}
    path.write_bytes(gzip.compress(packed + json.dumps(end, separators=(",", ":")).encode() + b"\n"))
    return path


def logs_of(lines: Lines, contract: Contract) -> list[tuple[list[dict[str, Any]], dict[str, Any]]]:
    """Every log of a contract, with the list that it stands in."""
    address = lines[0]["deployment"]["contracts"][contract.value]["address"]
    return [(line["logs"], log) for line in lines[1:] for log in line["logs"] if log["address"] == address]


def drop(contract: Contract, position: int) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        logs, log = logs_of(lines, contract)[position]
        logs.remove(log)

    return change


def flip_data(lines: Lines) -> None:
    _, log = logs_of(lines, Contract.CERTIFICATIONS)[0]
    digits = log["data"]
    log["data"] = digits[:460] + ("1" if digits[460] != "1" else "2") + digits[461:]


def other_code(lines: Lines) -> None:
    lines[0]["contracts"]["Consents"]["code"] = "0x6001"


def other_journal(lines: Lines) -> None:
    lines[0]["contracts"]["Consents"]["journal"] = lines[0]["contracts"]["Anchors"]["journal"]


def no_proof(lines: Lines) -> None:
    lines[0]["contracts"]["Consents"]["journal"] = []


def other_chain(lines: Lines) -> None:
    lines[0]["chain_id"] += 1


def other_header(lines: Lines) -> None:
    block = lines[1]["blocks"][2]
    block["rlp"] = block["rlp"][:40] + ("1" if block["rlp"][40] != "1" else "2") + block["rlp"][41:]


KINDS: dict[str, tuple[Callable[[Lines], None], Code]] = {
    "a batch left out": (drop(Contract.CERTIFICATIONS, 1), Code.LOG_MISSING),
    "the last batch left out": (drop(Contract.CONSENTS, -1), Code.COUNT_DIFFERS),
    "an entry altered": (flip_data, Code.SIGNER_DIFFERS),
    "other code": (other_code, Code.PROOF_WRONG),
    "another contract's head": (other_journal, Code.PROOF_WRONG),
    "no proof of a head": (no_proof, Code.PROOF_WRONG),
    "another chain": (other_chain, Code.CHAIN_ID_DIFFERS),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_altered_archive_is_found(audited_service: AuditedService, tmp_path: Path, kind: str) -> None:
    change, code = KINDS[kind]
    path = altered(audited_service, tmp_path / "altered.gz", change)
    result = Replay(Archive(path, audited_service.deployment), audited_service.deployment).run()
    assert [group.examples[0].code for group in result.findings.groups()] == [code]


def test_an_altered_header_is_found_first(audited_service: AuditedService, tmp_path: Path) -> None:
    path = altered(audited_service, tmp_path / "altered.gz", other_header)
    result = Replay(Archive(path, audited_service.deployment), audited_service.deployment).run()
    codes = [group.examples[0].code for group in result.findings.groups()]
    assert set(codes) <= {Code.BLOCK_HASH_WRONG, Code.PARENT_DIFFERS}
    assert codes[0] is Code.BLOCK_HASH_WRONG
