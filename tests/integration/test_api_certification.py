"""Certifying over the API, as far as the chain."""

from __future__ import annotations

import uuid

import httpx

from tests.service import Service


def certify(client: httpx.Client, *items: dict[str, object], **others: object) -> httpx.Response:
    return client.post("/v1/certifications", json={"items": list(items), **others})


def test_a_visit_certifies_and_shows_in_verdict_and_history(service: Service, worker: httpx.Client) -> None:
    number = service.number()
    subject = service.subject(worker, number)
    before = worker.get(f"/v1/subjects/{subject}/verdict").json()
    answer = certify(worker, {"identity_number": number, "method": "visit", "note": "听力不好"})
    assert answer.status_code == 202
    (taken,) = answer.json()["operations"]
    assert taken["subject"] == subject
    operation = service.wait(worker, taken["id"])
    assert operation["state"] == "final"
    after = worker.get(f"/v1/subjects/{subject}/verdict").json()
    assert after["verdict"] == "VALID"
    assert after["payable"] is True
    assert after["revision"] == before["revision"] + 1 == operation["revision"]
    assert after["as_of"]["block"] >= operation["block"]
    assert after["valid_until"] > after["at"]
    last = worker.get(f"/v1/subjects/{subject}/history").json()["items"][-1]
    assert (last["action"], last["method"], last["note"]) == ("certify", "visit", "听力不好")
    assert last["assurance"] == "ASSERTED_BY_SERVICE"


def test_the_past_is_answered_as_the_ledger_stood_then(service: Service, worker: httpx.Client) -> None:
    number = service.number()
    subject = service.subject(worker, number)
    before = worker.get(f"/v1/subjects/{subject}/verdict").json()
    (taken,) = certify(worker, {"identity_number": number, "method": "video"}).json()["operations"]
    service.wait(worker, taken["id"])
    long_ago = worker.get(f"/v1/subjects/{subject}/verdict", params={"at": "2020-01-01T00:00:00Z"}).json()
    assert long_ago["verdict"] == "NEVER"
    assert before["revision"] + 1 == worker.get(f"/v1/subjects/{subject}/verdict").json()["revision"]
    future = worker.get(f"/v1/subjects/{subject}/verdict", params={"at": "2090-01-01T00:00:00Z"})
    assert (future.status_code, future.json()["code"]) == (400, "moment_in_future")


def test_the_same_idempotency_key_records_once(service: Service, worker: httpx.Client) -> None:
    number = service.number()
    body = {"items": [{"identity_number": number, "method": "visit"}]}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = worker.post("/v1/certifications", json=body, headers=key)
    second = worker.post("/v1/certifications", json=body, headers=key)
    assert first.json() == second.json()
    other = worker.post(
        "/v1/certifications", json={"items": [{"identity_number": number, "method": "video"}]}, headers=key
    )
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_each_item_of_a_batch_is_taken_or_refused_on_its_own(service: Service, worker: httpx.Client) -> None:
    young = service.number(oldest=1966, youngest=1960)
    answer = certify(
        worker,
        {"identity_number": service.number(), "method": "visit"},
        {"identity_number": young, "method": "visit"},
        {"identity_number": "519999194001010000", "method": "visit"},
        {"subject": f"S{'a' * 26}", "method": "visit"},
    )
    states = [one["state"] for one in answer.json()["operations"]]
    codes = [one["error"]["code"] if one["error"] else None for one in answer.json()["operations"]]
    assert states == ["accepted", "rejected", "rejected", "rejected"]
    assert codes[1] == "too_young"
    assert codes[2] is not None
    assert codes[2].startswith("identity_number.")
    assert codes[3] == "not_yours"


def test_a_programme_that_is_not_there_is_named(service: Service, worker: httpx.Client) -> None:
    answer = certify(worker, {"identity_number": service.number(), "method": "visit"}, programme="moon")
    (refused,) = answer.json()["operations"]
    assert refused["error"]["code"] == "programme_unknown"


def test_a_worker_suspends_nobody(service: Service, worker: httpx.Client, reviewer: httpx.Client) -> None:
    number = service.number()
    (refused,) = certify(worker, {"identity_number": number, "action": "suspend", "reason": "x"}).json()[
        "operations"
    ]
    assert refused["error"]["code"] == "role_required"
    (taken,) = certify(worker, {"identity_number": number, "method": "visit"}).json()["operations"]
    service.wait(worker, taken["id"])
    (suspended,) = certify(
        reviewer, {"identity_number": number, "action": "suspend", "reason": "待入户复核"}
    ).json()["operations"]
    service.wait(reviewer, suspended["id"])
    verdict = worker.get(f"/v1/subjects/{service.subject(worker, number)}/verdict").json()
    assert (verdict["verdict"], verdict["payable"]) == ("SUSPENDED", False)


def test_a_death_is_confirmed_by_another_organisation(
    service: Service, worker: httpx.Client, reviewer: httpx.Client, department: httpx.Client
) -> None:
    number = service.number()
    subject = service.subject(worker, number)
    (visit,) = certify(worker, {"identity_number": number, "method": "visit"}).json()["operations"]
    service.wait(worker, visit["id"])
    (report,) = certify(worker, {"identity_number": number, "action": "report-death"}).json()["operations"]
    service.wait(worker, report["id"])
    reported = worker.get(f"/v1/subjects/{subject}/verdict").json()
    assert (reported["verdict"], reported["payable"]) == ("DEATH_REPORTED", True)
    handle = department.post("/v1/subjects/resolve", json={"identity_numbers": [number]}).json()[
        "references"
    ][0]
    assert department.get(f"/v1/handles/{handle}/verdict").json()["verdict"] == "UNDER_REVIEW"
    (early,) = certify(reviewer, {"identity_number": number, "action": "confirm-death"}).json()["operations"]
    assert early["error"]["code"] == "death.sources_needed"
    second = {"handle": handle, "source": "death-certificate", "died_on": "2026-01-02"}
    assert department.post("/v1/deaths", json=second).status_code == 202
    (confirmed,) = certify(reviewer, {"identity_number": number, "action": "confirm-death"}).json()[
        "operations"
    ]
    service.wait(reviewer, confirmed["id"])
    verdict = worker.get(f"/v1/subjects/{subject}/verdict").json()
    assert (verdict["verdict"], verdict["payable"]) == ("DECEASED", False)
    (again,) = certify(worker, {"identity_number": number, "method": "visit"}).json()["operations"]
    assert again["state"] == "rejected"


def test_the_due_list_comes_in_pages_without_gaps(reviewer: httpx.Client) -> None:
    whole = reviewer.get("/v1/due", params={"limit": 200}).json()
    ids, cursor = [], None
    while True:
        page = reviewer.get("/v1/due", params={"limit": 7, **({"cursor": cursor} if cursor else {})}).json()
        ids += [one["subject_id"] for one in page["due"]["people"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert ids == [one["subject_id"] for one in whole["due"]["people"]]
    assert whole["due"]["total"] == len(ids) > 7
