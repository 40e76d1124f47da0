"""Cases over the API, on the console's pages and from the command line."""

from __future__ import annotations

import json

import httpx

from tests.service import Service

WORDS = "本人在家，请恢复津贴"


def certified(service: Service, worker: httpx.Client) -> str:
    number = service.number()
    item = {"identity_number": number, "method": "visit"}
    (taken,) = worker.post("/v1/certifications", json={"items": [item]}).json()["operations"]
    service.wait(worker, taken["id"])
    return number


def test_an_appeal_is_opened_worked_off_and_answered(
    service: Service, worker: httpx.Client, reviewer: httpx.Client
) -> None:
    number = certified(service, worker)
    body = {"identity_number": number, "kind": "appeal", "text": WORDS, "channel": "phone"}
    first = worker.post("/v1/cases", json=body)
    assert (first.status_code, first.json()["new"]) == (201, True)
    again = worker.post("/v1/cases", json=body)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    address = f"/v1/cases/{first.json()['id']}"
    assert worker.post(f"{address}/notes", json={"text": "已去电"}).status_code == 204
    assert worker.post(f"{address}/assignment", json={}).status_code == 204
    decision = {"outcome": "dismissed", "answer": "津贴未曾停发"}
    refused = worker.post(f"{address}/decision", json=decision)
    assert (refused.status_code, refused.json()["code"]) == (403, "case.reviewer_needed")
    decided = reviewer.post(f"{address}/decision", json=decision)
    assert (decided.status_code, decided.json()["operation_id"]) == (200, None)
    detail = worker.get(address).json()
    assert detail["case"]["outcome"] == "dismissed"
    assert [one["kind"] for one in detail["events"]] == ["opened", "note", "note", "assigned", "decided"]
    resolved = worker.get("/v1/cases", params={"state": "resolved", "kind": "appeal", "limit": 200}).json()
    assert first.json()["id"] in [one["id"] for one in resolved["cases"]["cases"]]
    missing = service.client("wenmiao").get(address)
    assert (missing.status_code, missing.json()["code"]) == (403, "not_yours")


def test_the_pages_open_show_and_decide(service: Service, worker: httpx.Client) -> None:
    number = certified(service, worker)
    subject = service.subject(worker, number)
    browser, reviewer = service.browser("nanqiao"), service.browser("guankou")
    page = browser.get(f"/people/{subject}/cases/new")
    assert "申诉或异议" in page.text
    form = {"csrf_token": csrf(page), "kind": "appeal", "channel": "visit", "text": WORDS}
    empty = browser.post(f"/people/{subject}/cases/new", data={**form, "text": ""})
    assert (empty.status_code, "请写明要问什么" in empty.text) == (400, True)
    opened = browser.post(f"/people/{subject}/cases/new", data=form)
    assert opened.status_code == 303
    address = opened.headers["location"]
    assert WORDS in browser.get(address).text
    assert browser.get("/cases?kind=appeal&show=open").text.count(address) == 1
    page = reviewer.get(f"{address}?lang=en")
    assert "Appeal or objection" in page.text
    note = {"csrf_token": csrf(page), "do": "note", "text": "called"}
    assign = {"csrf_token": csrf(page), "do": "assign", "login": "nanqiao"}
    decide = {"csrf_token": csrf(page), "do": "decide", "outcome": "dismissed", "answer": "never stopped"}
    for data in (note, assign, decide):
        assert reviewer.post(address, data=data).status_code == 303
    late = reviewer.post(address, data=decide | {"outcome": "granted"})
    assert (late.status_code, "This case is decided" in late.text) == (409, True)
    assert "never stopped" in browser.get(address).text
    assert address in browser.get("/cases?show=resolved").text


def test_the_command_line_works_cases_off(service: Service, worker: httpx.Client) -> None:
    number = certified(service, worker)
    opened = service.ledger("case", "open", "--id", "-", "--text", WORDS, "--json", stdin=number)
    case = json.loads(opened.stdout)["id"]
    listed = service.ledger("case", "list", "--kind", "appeal", "--json")
    assert case in [one["id"] for one in json.loads(listed.stdout)["cases"]]
    assert service.ledger("case", "note", case, "--text", "seen at home").returncode == 0
    assert service.ledger("case", "assign", case).returncode == 0
    shown = service.ledger("case", "show", case)
    assert "Appeal or objection" in shown.stdout
    assert "seen at home" in shown.stdout
    refused = service.ledger("case", "decide", case, "--as", "dismissed", "--answer", "no")
    assert (refused.returncode, "A reviewer decides" in refused.stderr) == (4, True)


def csrf(page: httpx.Response) -> str:
    return page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def test_both_error_rates_are_reported_with_their_plot(
    service: Service, reviewer: httpx.Client, operator: httpx.Client
) -> None:
    token = reviewer.headers["Authorization"].removeprefix("Bearer ")
    signed_in = {"LEDGER_TOKEN": token, "LEDGER_URL": service.url}
    page = service.home / "errors.html"
    shown = service.ledger("seamless", "report", "--html", str(page), **signed_in)
    assert shown.returncode == 0, shown.stderr
    assert "Deaths confirmed, then rescinded" in shown.stdout
    assert "too few to tell" in shown.stdout
    assert "<svg" in page.read_text("utf-8")
    found = json.loads(service.ledger("seamless", "report", "--json", **signed_in).stdout)
    assert found["struck_off"]["total"] >= 3
    chinese = service.ledger("--lang", "zh-CN", "seamless", "report", **signed_in)
    assert "数量太少，无法判断" in chinese.stdout
    drawn = service.ledger("revisit", "draw", "2026-03", "--seed", "public", "--json", **signed_in)
    assert json.loads(drawn.stdout) == {"visits": 0, "new": True}
    assert operator.post("/v1/anomalies/look").status_code == 200
    assert service.ledger("revisit", "list", "--json").returncode == 0
    assert service.ledger("seamless", "report").returncode == 4
