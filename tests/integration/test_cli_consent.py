"""Consent from the command line: paper forms, receipts that are checked without the service, bases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import httpx

from tests.service import Service, run_ledger

PHOTO = b"\x89PNG\r\n\x1a\n" + b"form"
TUPLE = {"provider": "510181004", "category": "residence", "purpose": "home-care"}


def answered(done: subprocess.CompletedProcess[str], code: int = 0) -> Any:
    assert done.returncode == code, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_a_paper_form_and_its_receipt_from_entry_to_check(
    service: Service, worker: httpx.Client, tmp_path: Path
) -> None:
    number, photo, receipt = service.number(), tmp_path / "form.png", tmp_path / "receipt"
    photo.write_bytes(PHOTO)
    entered = answered(
        service.ledger(
            *("consent", "paper", "--id", "-", "--notice", "everyday-help", "--version", "1"),
            *("--answer", "home-care=yes", "--answer", "telephone=no", "--photo", str(photo)),
            *("--signed-by", "fingerprint", "--cannot-read", "--witness", "王大妈", "--wait", "--json"),
            stdin=number,
        )
    )
    operations = entered["operations"]
    assert [one["state"] for one in operations] == ["final"] * 3
    shown = service.ledger("consent", "receipt", operations[0]["id"], "--out", str(receipt))
    assert shown.returncode == 0, shown.stderr
    pinned = tmp_path / "pinned.json"
    pinned.write_bytes((service.home / "deployment.json").read_bytes())
    verify = ("verify", str(receipt), "--deployment", str(pinned), "--json")
    # Another home: no service, no session, no chain to ask.
    held = answered(run_ledger(*verify, home=tmp_path / "nobody"))
    assert (held["outcome"], held["kind"]) == ("holds", "consent-receipt+jwt")
    assert held["said"]["record"]["event"]["signed_by"] == "fingerprint"
    start, said, signature = receipt.read_text("ascii").strip().split(".")
    receipt.write_text(f"{start}.{said[:-8]}{'A' * 8}.{signature}", "ascii")
    assert answered(run_ledger(*verify, home=tmp_path / "nobody"), 1)["code"].startswith("jws.")
    subject = service.subject(worker, number)
    withdrawn = answered(
        service.ledger("consent", "withdraw", "--subject", subject, "--consumer", "health", "--json")
    )
    assert len(withdrawn["operations"]) == 2
    nothing = service.ledger("consent", "withdraw", "--subject", subject)
    assert nothing.returncode == 4
    assert "nothing to withdraw" in nothing.stderr


def test_a_decision_is_checked_with_the_deployment_file_alone(
    service: Service, department: httpx.Client, tmp_path: Path
) -> None:
    resolved = department.post("/v1/subjects/resolve", json={"identity_numbers": [service.number()]}).json()
    (bound,) = resolved["bindings"]
    answer = department.post("/v1/decisions", json={"handle": bound["handle"], **TUPLE})
    for name, document in (("decision", answer.json()), ("binding", bound)):
        file = tmp_path / name
        file.write_text(json.dumps(document), "utf-8")
        deployment = str(service.home / "deployment.json")
        held = answered(
            run_ledger("verify", str(file), "--deployment", deployment, "--json", home=tmp_path / "nobody")
        )
        assert (held["outcome"], held["said"]["aud"]) == ("holds", "health")


def test_a_guardian_with_scope_and_end(service: Service, worker: httpx.Client, tmp_path: Path) -> None:
    number, scan = service.number(), tmp_path / "judgment.pdf"
    scan.write_bytes(b"%PDF-judgment")
    subject = service.subject(worker, number)
    added = answered(
        service.ledger(
            *("delegation", "add", "--subject", subject, "--kind", "guardian", "--name", "李强"),
            *("--category", "mobility", "--until", "2026-12-31", "--evidence", str(scan), "--json"),
        )
    )
    terms = ("--provider", "510181004", "--consumer", "transport", "--purpose", "home-care")
    give = ("consent", "give", "--subject", subject, *terms, "--grantor", "guardian", "--category")
    assert service.ledger(*give, "contact").returncode == 4
    assert service.ledger(*give, "mobility", "--wait").returncode == 0
    listed = answered(service.ledger("consent", "list", "--subject", subject, "--json"))["consents"]
    (given,) = [one["id"] for one in listed if one["terms"]["consumer"] == "transport"]
    renewed = service.ledger("consent", "renew", given, "--revision", "1", "--grantor", "guardian", "--wait")
    assert renewed.returncode == 0, renewed.stderr
    ended = answered(service.ledger("delegation", "end", added["id"], "--json"))
    assert not ended["in_force"]
    withdrawal = ("consent", "withdraw", given, "--grantor", "guardian")
    assert service.ledger(*withdrawal).returncode == 4
    known = answered(service.ledger("delegation", "list", "--subject", subject, "--json"))["delegations"]
    assert [one["id"] for one in known] == [added["id"]]
    assert service.ledger("consent", "withdraw", given).returncode == 0


def test_the_register_of_bases_is_public_and_kept_by_the_operator(
    service: Service, operator: httpx.Client, worker: httpx.Client
) -> None:
    token = operator.headers["Authorization"].removeprefix("Bearer ")
    terms = ("--provider", "510181004", "--consumer", "public-security")
    adding = ("basis", "add", *terms, "--category", "contact", "--purpose", "home-care", "--law", "示例办法")
    assert service.ledger(*adding).returncode == 4
    added = answered(service.ledger(*adding, "--json", LEDGER_TOKEN=token, LEDGER_URL=service.url))
    assert added["in_force"]
    public = httpx.get(f"{service.url}/v1/bases", params={"limit": 200}).json()["items"]
    assert added in public
    asked = {"consumer": "public-security", "provider": "510181004", "purpose": "home-care"}
    body = {"identity_number": service.number(), "category": "contact", **asked}
    permitted = worker.post("/v1/decisions", json=body).json()
    assert permitted["basis"] == f"statutory:{added['number']}"
    assert permitted["categories"] == ["contact"]
    ending = ("basis", "end", str(added["number"]), "--json")
    ended = answered(service.ledger(*ending, LEDGER_TOKEN=token, LEDGER_URL=service.url))
    assert ended["valid_until"] < added["valid_until"]
    assert service.ledger("basis", "list").returncode == 0
    unknown = service.ledger("basis", "end", "999", LEDGER_TOKEN=token, LEDGER_URL=service.url)
    assert unknown.returncode == 1


def test_a_handle_is_rotated_at_the_persons_wish(
    service: Service, worker: httpx.Client, department: httpx.Client
) -> None:
    number = service.number()
    body = {"identity_numbers": [number]}
    before = department.post("/v1/subjects/resolve", json=body).json()["references"][0]
    subject = service.subject(worker, number)
    rotated = answered(
        service.ledger("handle", "rotate", "--subject", subject, "--organisation", "health", "--json")
    )
    assert rotated["replaces"] == before
    dead = department.post("/v1/decisions", json={"handle": before, **TUPLE})
    assert (dead.status_code, dead.json()["code"]) == (403, "handle_ended")
    after = department.post("/v1/subjects/resolve", json=body).json()["bindings"][0]
    assert (after["handle"], after["replaces"]) == (rotated["handle"], before)
