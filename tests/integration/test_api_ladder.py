"""The ladder and notices over the API, on the console's pages and from the command line, in the demo city."""

from __future__ import annotations

import json

import httpx
import pytest

from ledger.services.actors import Role
from ledger.services.demo.users import USERS
from tests.service import Service


@pytest.fixture(scope="module")
def ran(service: Service, operator: httpx.Client) -> dict[str, object]:
    """What the first run in the city did."""
    answer = operator.post("/v1/ladder/run")
    assert answer.status_code == 200, answer.text
    report: dict[str, object] = answer.json()
    return report


def test_a_run_moves_people_on_once(ran: dict[str, object], operator: httpx.Client) -> None:
    assert isinstance(ran["standing"], dict)
    assert sum(ran["standing"].values()) > 20
    again = operator.post("/v1/ladder/run").json()
    assert (again["opened"], again["taken"], again["closed"]) == (0, {}, {})


def test_workers_see_whom_to_visit_and_write_down_what_came_of_it(
    ran: dict[str, object], service: Service, worker: httpx.Client
) -> None:
    people = worker.get("/v1/ladder", params={"step": "visit", "limit": 200}).json()["items"]
    assert people
    one = people[-1]
    body = {"step": "visit", "outcome": "left_notice", "note": "邻居代收"}
    assert worker.post(f"/v1/ladder/{one['ladder_id']}/attempts", json=body).status_code == 204
    story = worker.get(f"/v1/subjects/{one['subject_id']}/ladder").json()
    assert story["steps"][-1]["outcome"] == "left_notice"
    assert story["steps"][-1]["note"] == "邻居代收"
    refused = service.client("wenmiao").get(f"/v1/subjects/{one['subject_id']}/ladder")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_yours")
    assert worker.post("/v1/ladder/run").status_code == 403


def test_a_letter_is_listed_printed_and_brought(
    ran: dict[str, object], service: Service, worker: httpx.Client
) -> None:
    letters = worker.get("/v1/notices", params={"way": "letter", "limit": 200}).json()["items"]
    letter = letters[0]
    assert letter["name"] in worker.get(f"/v1/notices/{letter['id']}").json()["text"]
    assert worker.post(f"/v1/notices/{letter['id']}/delivered").status_code == 204
    assert worker.post(f"/v1/notices/{letter['id']}/delivered").status_code == 409
    assert worker.post(f"/v1/notices/{letter['id']}/answered").status_code == 204
    forged = service.client().post("/v1/notices/receipts", json={"id": letter["id"], "state": "failed"})
    assert (forged.status_code, forged.json()["code"]) == (403, "notice.signature_wrong")
    email = {"subject": letter["subject_id"], "address": "child@home.example", "relationship": "child"}
    assert worker.post("/v1/subjects/emails", json=email).status_code == 204


def test_the_pages_show_and_take_steps(ran: dict[str, object], service: Service) -> None:
    browser = service.browser("nanqiao")
    listed = browser.get("/ladder")
    assert "上门" in listed.text
    address = listed.text.split('<th scope="row"><a href="', 1)[1].split('"', 1)[0]
    page = browser.get(f"{address}?lang=en")
    assert "Nobody was met" in page.text
    ladder = page.text.split('name="ladder" value="', 1)[1].split('"', 1)[0]
    form = {"csrf_token": csrf(page), "ladder": ladder, "do": "visit:not_reached", "note": ""}
    assert browser.post(address, data=form).status_code == 303
    assert browser.post(address, data=form | {"do": "visit:eaten"}).status_code == 400
    letters = browser.get("/notices")
    letter = letters.text.split('<th scope="row"><a href="', 1)[1].split('"', 1)[0]
    page = browser.get(letter)
    token = {"csrf_token": csrf(page)}
    assert browser.post(letter, data=token | {"do": "delivered"}).status_code == 303
    assert browser.post(letter, data=token | {"do": "delivered"}).status_code == 409
    assert browser.post(letter, data=token | {"do": "answered"}).status_code == 303


def test_a_roll_call_certifies_whoever_was_met(
    ran: dict[str, object], service: Service, worker: httpx.Client
) -> None:
    for login in [user.login for user in USERS if user.role == Role.WORKER]:
        client = service.client(login)
        institutions = client.get("/v1/roll-call").json()
        if institutions:
            break
    else:
        raise AssertionError("nobody in an institution is due in the demonstration city")
    subject = institutions[0]["people"][0]["subject_id"]
    browser = service.browser(login)
    page = browser.get("/roll-call")
    done = browser.post("/roll-call", data={"csrf_token": csrf(page), "met": [subject]})
    assert "已提交 1 人的认证" in done.text
    story = client.get(f"/v1/subjects/{subject}/ladder").json()
    assert story["outcome"] == "certified"


def test_the_command_line(ran: dict[str, object], service: Service) -> None:
    listed = service.ledger("ladder", "list", "--step", "visit", "--json")
    people = json.loads(listed.stdout)["people"]
    shown = service.ledger("ladder", "show", "--subject", people[0]["subject_id"])
    assert shown.returncode == 0
    assert "Next: Visit." in shown.stdout
    tried = service.ledger(
        "ladder", "attempt", people[0]["ladder_id"], "--left-notice", "--note", "neighbour"
    )
    assert tried.returncode == 0, tried.stderr
    assert service.ledger("ladder", "run").returncode == 4
    assert people[0]["name"] in service.ledger("ladder", "list", "--step", "visit").stdout


def csrf(page: httpx.Response) -> str:
    return page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
