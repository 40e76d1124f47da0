"""Consents over the API, and the decisions that stand on them."""

from __future__ import annotations

import httpx

from tests.service import Service

TERMS = {"provider": "510181004", "consumer": "health", "category": "residence", "purpose": "home-care"}
ASKED = {"provider": "510181004", "category": "residence", "purpose": "home-care"}


def ask(client: httpx.Client, number: str) -> tuple[str, str]:
    answer = client.post("/v1/decisions", json={"identity_number": number, "consumer": "health", **ASKED})
    assert answer.status_code == 200, answer.text
    return answer.json()["decision"], answer.json()["reason_code"]


def test_given_is_permitted_once_final_and_withdrawn_is_denied_at_once(
    service: Service, worker: httpx.Client, department: httpx.Client
) -> None:
    number = service.number()
    assert ask(worker, number)[0] == "DENY"
    given = worker.post("/v1/consents", json={"identity_number": number, **TERMS})
    assert given.status_code == 202
    service.wait(worker, given.json()["operation_id"])
    assert ask(worker, number) == ("PERMIT", "consent")
    handle = department.post("/v1/subjects/resolve", json={"identity_numbers": [number]}).json()[
        "references"
    ][0]
    by_key = department.post("/v1/decisions", json={"handle": handle, **ASKED}).json()
    assert by_key["decision"] == "PERMIT"
    assert by_key["receipt_id"]
    assert by_key["as_of"]["block"] > 0
    consent = given.json()["consent_id"]
    withdrawn = worker.post(f"/v1/consents/{consent}/withdraw", json={"grantor": "self"})
    assert withdrawn.status_code == 202
    assert ask(worker, number)[0] == "DENY"
    service.wait(worker, withdrawn.json()["operation_id"])
    assert ask(worker, number) == ("DENY", "withdrawn")
    subject = service.subject(worker, number)
    listed = worker.get("/v1/consents", params={"subject": subject}).json()["items"]
    assert [one["status"] for one in listed if one["id"] == consent] == ["withdrawn"]


def test_an_unknown_organisation_is_named_as_unknown(service: Service, worker: httpx.Client) -> None:
    body = {"identity_number": service.number(), **TERMS, "consumer": "moon"}
    answer = worker.post("/v1/consents", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "organisation_unknown")


def test_a_refusal_has_no_end(service: Service, worker: httpx.Client) -> None:
    body = {"identity_number": service.number(), **TERMS, "decided": "refuse", "valid_until": 2_000_000_000}
    assert worker.post("/v1/consents", json=body).json()["code"] == "refusal_has_no_end"


def test_a_department_asks_only_for_itself(service: Service, department: httpx.Client) -> None:
    number = service.number()
    handle = department.post("/v1/subjects/resolve", json={"identity_numbers": [number]}).json()[
        "references"
    ][0]
    answer = department.post("/v1/decisions", json={"handle": handle, "consumer": "transport", **ASKED})
    assert (answer.status_code, answer.json()["code"]) == (403, "consumer_not_yours")


def test_every_release_is_in_the_access_log(service: Service, worker: httpx.Client) -> None:
    number = service.number()
    subject = service.subject(worker, number)
    worker.get(f"/v1/subjects/{subject}/verdict")
    ask(worker, number)
    actions = [
        one["action"] for one in worker.get("/v1/access-log", params={"subject": subject}).json()["items"]
    ]
    assert {"resolve", "verdict", "decision"} <= set(actions)
