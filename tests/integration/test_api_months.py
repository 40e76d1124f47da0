"""The month's work over HTTP, in the console and on the command line, with the demonstration city."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.service import NANQIAO, Service

WORKERS = {
    "510181004001": "zidong",
    "510181004002": "nanqiao",
    "510181004003": "wenmiao",
    "510181004004": "ruilian",
    "510181004005": "liuhe",
    "510181004006": "lanmaqiao",
    "510181004007": "pingyi",
    "510181004008": "puyanglu",
    "510181004009": "jianxing",
}


@pytest.fixture(scope="module")
def month(service: Service) -> str:
    """The month that the demonstration opens: three months ago."""
    civil_affairs = service.client("minzheng")
    day = (datetime.now(UTC) + timedelta(hours=8)).date().replace(day=1)
    for _ in range(3):
        day = (day - timedelta(days=1)).replace(day=1)
    month = f"{day:%Y-%m}"
    if civil_affairs.get("/v1/months").json()["months"] != [month]:  # else another test has opened it
        answer = civil_affairs.post("/v1/months", json={"month": month})
        assert answer.status_code == 201, answer.text
        assert {one["state"] for one in answer.json()["lists"]} == {"open"}
    return month


def form(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Sends the form that stands on a page."""
    token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get(path.rpartition("/")[0] or "/").text)
    return client.post(path, data={"csrf_token": token[0], **fields})


def test_a_month_goes_from_list_to_close(service: Service, worker: httpx.Client, month: str) -> None:
    listed = worker.get(f"/v1/months/{month}/lists/{NANQIAO}", params={"limit": 5}).json()
    assert listed["next"]
    line = listed["list"]["lines"][0]
    assert {"name", "band", "amount", "state", "reason"} <= line.keys()
    assert worker.post(f"/v1/months/{month}/close").status_code == 403
    reviewer, civil_affairs = service.client("guankou"), service.client("minzheng")
    for community, login in WORKERS.items():
        path = f"/v1/months/{month}/lists/{community}"
        checked = service.client(login).post(f"{path}/check")
        assert checked.status_code == 204, checked.text
        assert reviewer.post(f"{path}/confirm").status_code == 204
        assert civil_affairs.post(f"{path}/accept").status_code == 204
    refused = reviewer.post(f"/v1/months/{month}/lists/{NANQIAO}/return")
    assert (refused.status_code, refused.json()["code"]) == (422, "month.step")
    closed = civil_affairs.post(f"/v1/months/{month}/close")
    assert closed.status_code == 200, closed.text
    standing = worker.get(f"/v1/months/{month}").json()
    assert "0x" + standing["root"] == closed.json()["root"]
    assert [one["state"] for one in standing["lists"]] == ["accepted"]


def test_the_pages_show_lists_and_months_in_both_languages(service: Service, month: str) -> None:
    for locale, title in (("zh-CN", "每月发放"), ("en", "The month")):
        browser = service.browser("nanqiao")
        page = browser.get(f"/months/{month}", params={"lang": locale})
        assert page.status_code == 200
        assert title in page.text
        found = browser.get(f"/months/{month}/lists/{NANQIAO}")
        assert found.status_code == 200
        person = re.findall(r'href="(/people/\w+/months)"', found.text)[0]
        assert browser.get(person).status_code == 200
    civil_affairs = service.browser("minzheng")
    assert civil_affairs.get("/months").status_code == 200


def test_a_form_of_the_console_opens_the_next_month(service: Service, month: str) -> None:
    civil_affairs = service.browser("minzheng")
    page = civil_affairs.get("/months").text
    to_open = re.findall(r'name="month" value="([^"]+)"', page)
    assert to_open
    assert to_open[0] > month
    opened = form(civil_affairs, "/months", month=to_open[0])
    assert opened.status_code == 303, opened.text
    worker = service.browser("nanqiao")
    path = f"/months/{to_open[0]}/lists/{NANQIAO}"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', worker.get(path).text)[0]
    assert worker.post(f"{path}/check", data={"csrf_token": token}).status_code == 303
    again = worker.post(f"{path}/check", data={"csrf_token": token})
    assert again.status_code == 422
    assert 'role="alert"' in again.text


def test_the_command_line_says_who_is_paid_and_why(
    service: Service, worker: httpx.Client, month: str
) -> None:
    listed = service.ledger("entitlement", "--month", month, "--community", NANQIAO, "--json")
    assert listed.returncode == 0, listed.stderr
    lines = json.loads(listed.stdout)["lines"]
    paid = next(line for line in lines if line["state"] == "payable")
    own = service.ledger("entitlement", "--month", month, "--subject", paid["subject_id"])
    assert own.returncode == 0, own.stderr
    assert "On the register here" in own.stdout
    number = service.number()
    by_number = service.ledger("entitlement", "--month", month, "--id", "-", "--json", stdin=number)
    assert json.loads(by_number.stdout)["months"][0]["month"] == month
    status = service.ledger("month", "status", month)
    assert status.returncode == 0, status.stderr
    wrong = service.ledger("entitlement", "--month", "2026-13", "--subject", paid["subject_id"])
    assert wrong.returncode == 2
    refused = service.ledger("month", "open", month)
    assert refused.returncode == 4


def test_forms_are_saved_as_workbooks_or_pages_and_templates_checked(service: Service, month: str) -> None:
    worker, reviewer = service.client("nanqiao"), service.client("guankou")
    path = f"/v1/months/{month}/forms"
    saved = worker.get(f"{path}/roster", params={"community": NANQIAO})
    assert saved.status_code == 200, saved.text
    assert saved.content.startswith(b"PK")
    printed = worker.get(f"{path}/changes", params={"community": NANQIAO, "page": "true"})
    assert "高龄津贴增减变动表" in printed.text
    assert reviewer.get(f"{path}/report").content.startswith(b"PK")
    assert worker.get(f"{path}/poem", params={"community": NANQIAO}).json()["code"] == "form_unknown"
    example = reviewer.get("/v1/form-templates/roster").content
    upload = {"file": ("a.xlsx", example, "application/octet-stream")}
    wrong = reviewer.post("/v1/form-templates/changes", files=upload).json()
    assert wrong["template_id"] is None
    assert {one["cell"] for one in wrong["problems"]} >= {"H4", "C5"}
    subject = service.subject(worker, service.number())
    assert worker.get(f"/v1/subjects/{subject}/approval").content.startswith(b"PK")


def test_results_of_payments_come_back_from_civil_affairs(service: Service, month: str) -> None:
    file = {"file": ("r.csv", "身份证号,金额,结果\n519999194001010013,50,已发放\n".encode(), "text/csv")}
    refused = service.client("guankou").post(f"/v1/months/{month}/payments", files=file)
    assert (refused.status_code, refused.json()["code"]) == (403, "month.civil_affairs_only")
    taken = service.client("minzheng").post(f"/v1/months/{month}/payments", files=file).json()
    assert (taken["paid"], [one["code"] for one in taken["problems"]]) == (0, ["payment.nobody"])


def test_a_person_is_corrected_and_moved_over_http_and_pages(service: Service) -> None:
    worker = service.client("nanqiao")
    subject = service.subject(worker, service.number())
    body = {
        "version": 0,
        "kind": "remark",
        "value": {"text": "听力不好"},
        "reason": "家属告知",
    }
    path = f"/v1/subjects/{subject}/changes"
    version = worker.get(path).json()["version"]
    changed = worker.post(path, json={**body, "version": version})
    assert changed.json() == {"subject_id": subject, "version": version + 1}
    conflict = worker.post(path, json={**body, "version": version})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "person.changed_meanwhile")
    browser = service.browser("nanqiao")
    assert "家属告知" in browser.get(f"/people/{subject}/changes").text
    page = browser.get(f"/people/{subject}/changes/building")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    sent = {"csrf_token": token, "version": str(version), "value-building": "9栋", "reason": "核实"}
    refused = browser.post(f"/people/{subject}/changes/building", data=sent)
    assert refused.status_code == 409
    assert 'value="9栋"' in refused.text
    sent["version"] = str(version + 1)
    assert browser.post(f"/people/{subject}/changes/building", data=sent).status_code == 303
    offered = worker.post(f"/v1/subjects/{subject}/moves", json={"to": "510181004003", "reason": "搬家"})
    assert offered.status_code == 201, offered.text
    assert "搬家" in service.browser("wenmiao").get("/moves").text
    move = offered.json()["move_id"]
    assert service.client("wenmiao").post(f"/v1/moves/{move}/decline").status_code == 204
    history = service.ledger("person", "history", subject)
    assert history.returncode == 0, history.stderr
    assert "听力不好" in history.stdout


def test_the_old_platform_is_compared_over_http(service: Service, month: str) -> None:
    reviewer = service.client("guankou")
    rows = "姓名,身份证号,金额\n宋桂芳,519999194001010013,50\n".encode()
    file = {"file": ("old.csv", rows, "text/csv")}
    found = reviewer.post("/v1/legacy/reconciliation", files=file).json()
    assert found["counts"]["only_there"] == 1
    page = reviewer.post(f"/v1/legacy/months/{month}", files=file, data={"as": "html"})
    assert page.status_code == 200, page.text
    assert "宋桂芳" in page.text
    refused = service.client("nanqiao").post("/v1/legacy/register", files=file)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_required")
