"""A department asks, gets a proof, and checks it with the deployment file alone."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from tests.service import Service, run_ledger

TUPLE = {"provider": "510181004", "category": "residence", "purpose": "home-care"}


def handle_of(department: httpx.Client, number: str) -> str:
    """The department's own handle of a person."""
    answer = department.post("/v1/subjects/resolve", json={"identity_numbers": [number]})
    return str(answer.json()["references"][0])


def test_the_command_line_writes_a_proof_and_checks_it_without_the_service(
    service: Service, worker: httpx.Client, department: httpx.Client, tmp_path: Path
) -> None:
    number = service.number()
    body = {"identity_number": number, "consumer": "health", **TUPLE}
    given = worker.post("/v1/consents", json=body)
    service.wait(worker, given.json()["operation_id"])
    proof = tmp_path / "proof.json"
    key = service.passwords["health"]
    decided = service.ledger(
        *("decide", "--handle", handle_of(department, number), "--provider", TUPLE["provider"]),
        *("--category", TUPLE["category"], "--purpose", TUPLE["purpose"], "--proof", str(proof), "--json"),
        LEDGER_TOKEN=key,
        LEDGER_URL=service.url,
    )
    assert decided.returncode == 0, decided.stderr
    assert oct(proof.stat().st_mode & 0o777) == "0o600"
    pinned = tmp_path / "pinned.json"
    pinned.write_bytes((service.home / "deployment.json").read_bytes())
    # Another home: no service, no session, no chain to ask.
    checked = run_ledger(
        "verify", str(proof), "--deployment", str(pinned), "--json", home=tmp_path / "elsewhere"
    )
    assert checked.returncode == 0, checked.stderr
    shown = json.loads(checked.stdout)["shown"]
    assert (shown["kind"], shown["meaning"]) == ("consent", "given")
    assert number not in proof.read_text("utf-8")


def test_a_proof_says_the_same_as_the_deployment_that_the_service_publishes(
    service: Service, department: httpx.Client
) -> None:
    handle = handle_of(department, service.number())
    answer = department.post("/v1/decisions", json={"handle": handle, "proof": True, **TUPLE})
    assert answer.status_code == 200, answer.text
    proof, published = answer.json()["proof"], department.get("/v1/deployment").json()
    assert proof["batch"] is None
    assert (proof["chain"]["id"], proof["chain"]["deployment"]) == (
        published["chain_id"],
        published["deployment_id"],
    )
    assert department.post("/v1/decisions", json={"handle": handle, **TUPLE}).json()["proof"] is None


def test_who_has_no_part_in_a_consent_gets_no_proof(service: Service, worker: httpx.Client) -> None:
    body = {"identity_number": service.number(), "consumer": "health", "proof": True, **TUPLE}
    answer = worker.post("/v1/decisions", json=body)
    assert (answer.status_code, answer.json()["code"]) == (403, "proof_not_yours")
