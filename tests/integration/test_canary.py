"""No datum of a person, nor an unkeyed hash of one, is in anything that the service writes but sealed."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.parse
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from ledger.chain.embedded.attached import AttachedChain
from ledger.chain.rpc import Rpc
from ledger.domain.identity_number import SYNTHETIC_PREFIX, check_digit
from ledger.encoding.hashing import keccak256
from tests.haystack import Found, files, search
from tests.service import Service

_FIRST_17 = f"{SYNTHETIC_PREFIX}{date(1939, 11, 7):%Y%m%d}977"
NUMBER = _FIRST_17 + check_digit(_FIRST_17)
CANARY = {
    "number": NUMBER,
    "name": "檿鑫淼焱",
    "guardian": "龘靐齉",
    "address": "翯翯翯巷九百九十九号",
    "phone": "13999977531",
    "remark": "爱听川剧变脸的鸜鹆",
    "note": "敲门三次方应声鸜鹆",
    "question": "为何鸜鹆不在名单上",
}
TERMS = {"provider": "510181004", "category": "mobility", "purpose": "home-care"}


def test_nothing_personal_is_left_anywhere(
    service: Service, worker: httpx.Client, department: httpx.Client, reviewer: httpx.Client
) -> None:
    errors = list(_live(service, worker, department, reviewer))
    assert errors
    haystack = [
        *files(service.home),
        ("standard error", (service.home.parent / f"{service.home.name}.stderr").read_bytes()),
        ("standard output", service.announced.encode()),
        ("metrics", worker.get("/metrics").content),
        ("the API's description", worker.get("/openapi.json").content),
        *((f"error {number}", body) for number, body in enumerate(errors)),
        *_chain(AttachedChain(service.home / "chain").rpc),
    ]
    assert {"ledger.sqlite", "service.log", "chain/journal"} <= {place for place, _ in haystack}
    assert search(haystack, CANARY) == []


def _live(
    service: Service, worker: httpx.Client, department: httpx.Client, reviewer: httpx.Client
) -> Iterator[bytes]:
    """One elder's life in the registry, and every mistake made with her data; what the errors said."""
    row = {
        "姓名": CANARY["name"],
        "身份证号": NUMBER,
        "居住地址": CANARY["address"],
        "手机号码": CANARY["phone"],
        "监护人": CANARY["guardian"],
        "监护人关系": "子女",
        "备注": CANARY["remark"],
    }
    faulty = f"{CANARY['name']},{NUMBER[:-1]}*"
    roster = f"{','.join(row)}\n{','.join(row.values())}\n{faulty}\n"
    answer = worker.post("/v1/subjects/import", files={"file": ("roster.csv", roster.encode())})
    assert answer.status_code == 200, answer.text
    subject = service.subject(worker, NUMBER)
    named = {"identity_number": NUMBER}
    body = {
        "programme": "senior-allowance",
        "items": [{**named, "action": "certify", "method": "visit", "note": CANARY["note"]}],
    }
    answer = worker.post("/v1/certifications", json=body)
    assert answer.status_code == 202, answer.text
    service.wait(worker, answer.json()["operations"][0]["id"])
    given = worker.post("/v1/consents", json={**named, **TERMS, "consumer": "health", "note": CANARY["note"]})
    service.wait(worker, given.json()["operation_id"])
    (handle,) = department.post("/v1/subjects/resolve", json={"identity_numbers": [NUMBER]}).json()[
        "references"
    ]
    assert (
        department.post("/v1/decisions", json={"handle": handle, **TERMS, "proof": True}).status_code == 200
    )
    released = department.get(f"/v1/data/{handle}", params={"category": "mobility", "purpose": "home-care"})
    assert released.json()["data"] == {"level": "normal"}
    assert worker.post("/v1/subjects/search", json={"name": CANARY["name"]}).json()["items"]
    assert CANARY["name"] in worker.get(f"/v1/subjects/{subject}/statement").text
    assert worker.get(f"/v1/subjects/{subject}").status_code == 200
    wrong = NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")
    for answer in (
        worker.post("/v1/subjects/resolve", json={"identity_numbers": [wrong]}),
        worker.get(f"/v1/subjects/{NUMBER}"),
        worker.get(f"/v1/subjects/{urllib.parse.quote(CANARY['name'])}"),
        worker.get(f"/nowhere/{NUMBER}", params={"name": CANARY["name"]}),
        worker.post("/v1/subjects/search", json={"name": CANARY["name"], CANARY["phone"]: NUMBER}),
        worker.post("/v1/consents", json={**named, **TERMS, "consumer": CANARY["guardian"][:1]}),
        worker.post("/v1/decisions", content=json.dumps(NUMBER).encode()),
        worker.get(f"/v1/subjects/{subject}/verdict", params={"programme": NUMBER}),
        department.get(f"/v1/data/{NUMBER}", params={"category": "mobility", "purpose": "home-care"}),
        department.post("/v1/decisions", json={"handle": NUMBER, **TERMS}),
        reviewer.post("/v1/erasures", json={"subject": subject, "reason": CANARY["remark"]}),
        reviewer.get("/v1/subjects/%ff" + NUMBER, headers={"Authorization": f"Bearer {NUMBER}"}),
    ):
        assert answer.status_code >= 400, answer.text
        yield answer.content
    run = service.ledger("lookup", "--id", "-", "--json", stdin=wrong)
    assert run.returncode == 2
    yield (run.stdout + run.stderr).encode()


def _chain(rpc: Rpc) -> Iterator[tuple[str, bytes]]:
    """Every block with its transactions, and every log."""
    last = int(rpc.call("eth_blockNumber"), 16)
    everything = {"fromBlock": "0x0", "toBlock": hex(last)}
    yield "logs", _plain(rpc.call("eth_getLogs", everything))
    for number in range(last + 1):
        yield f"block {number}", _plain(rpc.call("eth_getBlockByNumber", hex(number), True))


def _plain(value: object) -> bytes:
    """JSON, and after it the bytes that its hex stands for."""
    text = json.dumps(value)
    raw = b" ".join(
        bytes.fromhex(part[2:]) for part in text.split('"') if part.startswith("0x") and len(part) % 2 == 0
    )
    return text.encode() + raw


PLANTED = {
    "plain": NUMBER.encode(),
    "within a sentence": f"looked up {NUMBER} twice".encode(),
    "in Chinese characters": f"姓名{CANARY['name']}。".encode(),
    "as GB 18030": CANARY["name"].encode("gb18030"),
    "escaped": json.dumps(CANARY["name"]).encode(),
    "in an address": b"/people?name=" + urllib.parse.quote(CANARY["name"]).encode(),
    "as hex": b"0x" + NUMBER.encode().hex().encode(),
    "as base64 within more": base64.b64encode(b'{"n":"' + NUMBER.encode() + b'"}'),
    "SHA-256": hashlib.sha256(NUMBER.encode()).digest(),
    "SHA-256, hex, shortened": hashlib.sha256(NUMBER.encode()).hexdigest()[:20].encode(),
    "MD5 of GB 18030": hashlib.md5(CANARY["name"].encode("gb18030"), usedforsecurity=False).digest(),
    "Keccak of number and name": keccak256(f"{NUMBER}|{CANARY['name']}".encode()),
}


@pytest.mark.parametrize("form", PLANTED)
def test_what_is_planted_is_found(tmp_path: Path, form: str) -> None:
    """The search can fail: else the test above would show nothing."""
    (tmp_path / "file").write_bytes(b"\0noise\xff" * 50 + PLANTED[form] + b"more noise" * 50)
    assert Found in {type(one) for one in search(files(tmp_path), CANARY)}
