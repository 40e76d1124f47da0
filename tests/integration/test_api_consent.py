"""Consents over the API, and the decisions that stand on them."""

from __future__ import annotations

import json

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from ledger.chain.deployment import Deployment
from ledger.encoding.types import Address
from ledger.errors import Refused
from ledger.keys.jws import read
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


def handle_of(department: httpx.Client, number: str) -> str:
    """The department's own handle of a person."""
    answer = department.post("/v1/subjects/resolve", json={"identity_numbers": [number]})
    return str(answer.json()["references"][0])


def test_an_answer_is_signed_for_its_caller_as_any_jose_library_reads_it(
    service: Service, department: httpx.Client
) -> None:
    handle = handle_of(department, service.number())
    answer = department.post("/v1/decisions", json={"handle": handle, **ASKED})
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    header = jws.extract_compact(said["signed"].encode()).headers()
    key = ECKey.import_key(header["jwk"])
    payload = json.loads(jws.deserialize_compact(said["signed"], key, algorithms=["ES256K"]).payload)
    assert (payload["aud"], payload["sub"]) == ("health", handle)
    assert payload["asked"] == {"consumer": "health", **ASKED}
    fields = "decision reason_code basis categories obligations valid_until max_age policy_version"
    for name in (*fields.split(), "as_of", "receipt_id", "asked"):
        assert payload[name] == said[name]
    pinned = Deployment.load(service.home / "deployment.json").pinned
    assert read(said["signed"], pinned.operator).payload == payload
    start, body, signature = said["signed"].split(".")
    other = ("A" if body[20] != "A" else "B").join((body[:20], body[21:]))
    with pytest.raises(Refused, match=r"jws\.(signature_wrong|malformed)"):
        read(f"{start}.{other}.{signature}", pinned.operator)
    with pytest.raises(Refused, match=r"jws\.other_signer"):
        read(said["signed"], Address("0x" + "11" * 20))


def test_many_questions_are_decided_each_on_its_own(service: Service, department: httpx.Client) -> None:
    handle = handle_of(department, service.number())
    items = [
        {"handle": handle, **ASKED},
        {"handle": "Hnobody", **ASKED},
        {"handle": handle, **ASKED, "category": "shoe-size"},
        {"handle": handle, **ASKED},
    ]
    answers = department.post("/v1/decisions", json={"items": items}).json()["items"]
    assert [one["error"]["code"] if "error" in one else one["reason_code"] for one in answers] == [
        "no_basis",
        "not_yours",
        "category_unknown",
        "no_basis",
    ]
    assert answers[0]["receipt_id"] != answers[3]["receipt_id"]


def test_a_thousand_and_one_questions_are_too_many(department: httpx.Client) -> None:
    items = [{"handle": "Hnobody", **ASKED}] * 1001
    answer = department.post("/v1/decisions", json={"items": items})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/items"
    assert answer.json()["errors"][0]["code"] == "field_too_many"


def test_what_is_wrong_with_a_question_is_pointed_at(department: httpx.Client) -> None:
    one = department.post("/v1/decisions", json={"handle": "Hnobody", "purpose": "home-care"}).json()
    assert {error["pointer"] for error in one["errors"]} == {"#/provider", "#/category"}
    many = department.post("/v1/decisions", json={"items": [{"handle": 1, **ASKED}]}).json()
    assert [error["pointer"] for error in many["errors"]] == ["#/items/0/handle"]


def test_an_ended_key_opens_nothing_from_then_on(service: Service, operator: httpx.Client) -> None:
    body = {"organisation": "transport", "label": "soon over", "scopes": ["decide"]}
    made = operator.post("/v1/api-keys", json=body).json()
    client = service.client()
    client.headers["Authorization"] = f"Bearer {made['key']}"
    before = client.post("/v1/decisions", json={"handle": "Hnobody", **ASKED})
    assert (before.status_code, before.json()["code"]) == (403, "not_yours")
    ended = operator.post(f"/v1/api-keys/{made['view']['id']}/end")
    assert ended.status_code == 200, ended.text
    after = client.post("/v1/decisions", json={"handle": "Hnobody", **ASKED})
    assert (after.status_code, after.json()["code"]) == (401, "api_key_invalid")
