"""Who may ask the API for anything."""

from __future__ import annotations

import httpx
import pytest

from tests.service import WENMIAO, Service

OPEN = {
    ("post", "/v1/sessions"),
    ("get", "/v1/deployment"),
    # Nobody's data: the register of laws, and hashes by which anybody watches the log.
    ("get", "/v1/bases"),
    ("get", "/v1/consent-notices"),
    ("get", "/v1/access-log/tree"),
    ("get", "/v1/access-log/inclusion"),
    ("get", "/v1/access-log/consistency"),
    # The gateway signs what it posts.
    ("post", "/v1/notices/receipts"),
}


def test_everything_but_signing_in_and_what_is_public_needs_authentication(service: Service) -> None:
    anonymous = service.client()
    paths = anonymous.get("/openapi.json").json()["paths"]
    asked = 0
    for path, methods in paths.items():
        for method in methods:
            if path.startswith("/v1/") and (method, path) not in OPEN:
                answer = anonymous.request(method, path.replace("{", "").replace("}", ""), json={})
                assert answer.status_code in {400, 401}, (method, path, answer.text)
                signed_wrongly = {"Authorization": "Bearer nonsense"}
                answer = anonymous.request(
                    method, path.replace("{", "").replace("}", ""), headers=signed_wrongly
                )
                assert answer.status_code in {400, 401}, (method, path, answer.text)
                asked += 1
    assert asked >= 25
    assert anonymous.get("/v1/users").status_code == 401
    assert anonymous.get("/v1/users").headers["www-authenticate"] == "Bearer"


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(service: Service) -> None:
    client = service.client()
    wrong = client.post("/v1/sessions", json={"login": "wenmiao", "password": "wrong"})
    unknown = client.post("/v1/sessions", json={"login": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


def test_the_deployment_is_public(service: Service) -> None:
    deployment = service.client().get("/v1/deployment").json()
    assert set(deployment["contracts"]) >= {"Members", "Policies", "Certifications", "Consents", "Anchors"}


def test_signing_out_ends_the_token(service: Service) -> None:
    client = service.client("ruilian")
    assert client.get("/v1/sessions/current").json()["login"] == "ruilian"
    assert client.delete("/v1/sessions/current").status_code == 204
    assert client.get("/v1/sessions/current").status_code == 401


def test_another_communitys_elder_and_nobody_get_the_same_answer(
    service: Service, worker: httpx.Client
) -> None:
    theirs = service.subject(service.client("wenmiao"), service.number(WENMIAO))
    existing = worker.get(f"/v1/subjects/{theirs}")
    missing = worker.get(f"/v1/subjects/S{'a' * 26}")
    assert existing.status_code == missing.status_code == 403
    assert existing.json() == missing.json()


def test_an_operator_sees_no_person(service: Service, worker: httpx.Client, operator: httpx.Client) -> None:
    subject = service.subject(worker, service.number())
    assert operator.get(f"/v1/subjects/{subject}").status_code == 403
    assert operator.post("/v1/subjects/search", json={"name": "王"}).status_code == 403
    assert operator.get("/v1/due").status_code == 403


def test_a_worker_makes_no_users(worker: httpx.Client) -> None:
    assert worker.get("/v1/users").status_code == 403
    assert worker.get("/v1/api-keys").status_code == 403


def test_an_ended_api_key_opens_nothing(operator: httpx.Client, service: Service) -> None:
    made = operator.post(
        "/v1/api-keys", json={"organisation": "transport", "label": "buses", "scopes": ["verdict"]}
    ).json()
    key = service.client()
    key.headers["Authorization"] = f"Bearer {made['key']}"
    assert key.post("/v1/subjects/resolve", json={"identity_numbers": ["1"]}).status_code == 403
    operator.post(f"/v1/api-keys/{made['view']['id']}/end")
    assert key.post("/v1/subjects/resolve", json={"identity_numbers": ["1"]}).status_code == 401


def test_a_browsers_session_needs_its_csrf_token(service: Service) -> None:
    browser = service.browser()
    answer = browser.post("/sign-in", data={"login": "liuhe", "password": service.passwords["liuhe"]})
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert browser.get("/v1/due").status_code == 200
    assert browser.post("/v1/subjects/search", json={"name": "王"}).json()["code"] == "csrf_failed"
    token = browser.get("/people").text.split('name="csrf_token" value="')[1].split('"')[0]
    with_token = {"X-CSRF-Token": token}
    assert browser.post("/v1/subjects/search", json={"name": "王"}, headers=with_token).status_code == 200
    assert browser.post("/people", data={"name": "王"}).status_code == 403
    assert browser.post("/people", data={"name": "王", "csrf_token": token}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}], ids=str
)
def test_another_sites_form_signs_nobody_in(service: Service, headers: dict[str, str]) -> None:
    form = {"login": "liuhe", "password": service.passwords["liuhe"]}
    answer = service.browser().post("/sign-in", data=form, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_link_signs_in_to_our_own_pages_only(service: Service) -> None:
    form = {"login": "liuhe", "password": service.passwords["liuhe"]}
    for target in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example"):
        answer = service.browser().post("/sign-in", data={**form, "next": target})
        assert answer.headers["location"] == "/"
    answer = service.browser().post("/sign-in", data={**form, "next": "/due"})
    assert answer.headers["location"] == "/due"
