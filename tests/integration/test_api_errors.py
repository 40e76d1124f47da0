"""What the API answers to what it cannot take."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.service import Service

PROBLEM = "application/problem+json"
JSON = {"Content-Type": "application/json"}


def test_a_body_over_the_limit_is_refused_before_it_is_read(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/v1/sessions", content=b"[" * 10_000_000, headers=JSON)
    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_a_body_of_unstated_length_is_refused_at_the_limit(service: Service) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 10_000

    with service.client() as client:
        answer = client.post("/v1/sessions", content=endless(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("body", "code"),
    [(b'{"login": "\xff"}', "body_not_utf8"), (b"{", "body_not_json"), (b"[]", "fields_invalid")],
    ids=["invalid UTF-8", "not JSON", "not an object"],
)
def test_a_body_that_cannot_be_read_is_400(service: Service, body: bytes, code: str) -> None:
    answer = service.client().post("/v1/sessions", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == PROBLEM
    assert answer.json()["code"] == code


def test_a_problem_is_told_in_the_readers_language(service: Service) -> None:
    english = service.client(locale="en").get("/v1/users").json()
    chinese = service.client(locale="zh-CN").get("/v1/users").json()
    assert english["code"] == chinese["code"] == "sign_in_needed"
    assert english["detail"].startswith("Sign in")
    assert chinese["detail"].startswith("请先登录")


def test_no_error_echoes_an_identity_number(service: Service, worker: httpx.Client) -> None:
    number = service.number()
    bodies: list[tuple[str, object]] = [
        ("/v1/subjects/search", {"name": number * 20}),
        ("/v1/subjects/search", {number: 1, "name": "王"}),
        ("/v1/subjects/resolve", {"identity_numbers": [number + "0"]}),
        ("/v1/subjects/resolve", {"identity_numbers": number}),
        ("/v1/subjects/resolve", {"identity_numbers": [{"n": number}]}),
        ("/v1/certifications", {"items": [{"identity_number": number, "method": number}]}),
        ("/v1/certifications", {"items": [{"identity_number": number, "occurred_on": number}]}),
        ("/v1/consents", {"identity_number": number, "provider": number, "consumer": number}),
    ]
    for path, body in bodies:
        answer = worker.post(path, json=body)
        assert answer.status_code == 400, answer.text
        assert number not in answer.text


def test_a_wrong_field_is_pointed_at(worker: httpx.Client) -> None:
    answer = worker.post("/v1/certifications", json={"items": [{"subject": "S1", "method": "letter"}]})
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "#/items/0/method"
    assert error["code"] == "field_not_one_of"


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u202e"], ids=["NUL", "lone surrogate", "turns text"])
def test_text_that_hides_or_breaks_is_refused(worker: httpx.Client, text: str) -> None:
    body = b'{"name": "' + text.encode("unicode_escape").replace(b"\\x", b"\\u00") + b'"}'
    answer = worker.post("/v1/subjects/search", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "field_unprintable"


def test_an_unknown_path_is_a_problem_under_v1_and_a_page_elsewhere(service: Service) -> None:
    client = service.client()
    api = client.get("/v1/nothing")
    assert (api.status_code, api.headers["content-type"]) == (404, PROBLEM)
    page = client.get("/nothing")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")


def test_a_wrong_method_names_the_right_ones(worker: httpx.Client) -> None:
    answer = worker.put("/v1/users")
    assert answer.status_code == 405
    assert answer.json()["code"] == "wrong_method"
    assert answer.headers["allow"]


def test_a_cursor_that_is_not_ours_is_refused(worker: httpx.Client) -> None:
    for cursor in ("x", "!!!!", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        answer = worker.get("/v1/due", params={"cursor": cursor})
        assert answer.json()["code"] == "bad_cursor", cursor


def test_a_moment_needs_its_offset(worker: httpx.Client, service: Service) -> None:
    subject = service.subject(worker, service.number())
    answer = worker.get(f"/v1/subjects/{subject}/verdict", params={"at": "2026-01-01T00:00:00"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "field_not_moment"
