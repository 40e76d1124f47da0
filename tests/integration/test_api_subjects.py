"""Taking people in over the API."""

from __future__ import annotations

import httpx

from ledger.domain.identity_number import check_digit
from tests.service import Service


def new_number(sequence: int) -> str:
    first_17 = f"51999919380203{sequence:03}"
    return first_17 + check_digit(first_17)


def test_one_person_is_taken_in_once(worker: httpx.Client) -> None:
    fields = {"name": "罗玉芬", "identity_number": new_number(920), "building": "3栋"}
    first = worker.post("/v1/subjects", json={"fields": fields})
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    again = worker.post("/v1/subjects", json={"fields": fields})
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    moved = worker.post("/v1/subjects", json={"fields": {**fields, "building": "5栋"}})
    assert (moved.status_code, moved.json()["outcome"]) == (200, "changed")
    page = worker.get(f"/v1/subjects/{first.json()['subject_id']}").json()
    buildings = [
        (one["value"]["building"], one["valid_until"]) for one in page["facts"] if one["kind"] == "building"
    ]
    assert [building for building, until in buildings if until is None] == ["5栋"]
    assert "3栋" in [building for building, until in buildings if until is not None]


def test_what_is_wrong_with_a_person_is_told_without_the_number(worker: httpx.Client) -> None:
    wrong = new_number(921)[:-1] + ("1" if new_number(921)[-1] != "1" else "2")
    answer = worker.post("/v1/subjects", json={"fields": {"name": "罗玉芬", "identity_number": wrong}})
    assert answer.status_code == 400
    assert answer.json()["code"].startswith("identity_number.")
    assert wrong not in answer.text
    unknown = worker.post("/v1/subjects", json={"fields": {"nickname": "x", "identity_number": wrong}})
    assert unknown.status_code == 400
    assert wrong not in unknown.text


def test_a_worker_takes_nobody_in_for_another_community(worker: httpx.Client) -> None:
    fields = {"name": "罗玉芬", "identity_number": new_number(923), "community": "510181004003"}
    assert worker.post("/v1/subjects", json={"fields": fields}).status_code == 403
    fields.pop("community")
    answer = worker.post("/v1/subjects", json={"fields": fields, "community": "510181004003"})
    assert answer.status_code == 403


def test_a_row_that_could_not_be_taken_waits_to_be_checked(service: Service, worker: httpx.Client) -> None:
    roster = "姓名,身份证号,备注\n唐素芳,519999193802039990,独居\n".encode()
    report = worker.post("/v1/subjects/import", files={"file": ("one.csv", roster)}).json()
    assert report["counts"]["cases"] == 1
    found = worker.get("/v1/cases", params={"limit": 200}).json()["cases"]
    (case,) = [one for one in found["cases"] if one["import_id"] == report["import_id"]]
    assert case["cells"]["姓名"] == "唐素芳"
    assert case["problems"][0]["column"] == "identity_number"
    assert service.client("operator").get("/v1/cases").status_code == 403
    others = service.client("wenmiao").get("/v1/cases", params={"limit": 200}).json()["cases"]["cases"]
    assert case["id"] not in [one["id"] for one in others]
