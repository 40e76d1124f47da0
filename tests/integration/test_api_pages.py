"""What every page and file is served with."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.service import Service


@pytest.fixture(scope="module")
def browser(service: Service) -> httpx.Client:
    return service.browser("nanqiao")


@pytest.mark.parametrize("path", ["/", "/people", "/due", "/imports", "/docs", "/sign-in", "/nothing"])
def test_a_page_lets_nothing_in_from_elsewhere_and_is_not_kept(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|javascript:", answer.text)
    assert not re.search(r'(src|href)="(https?:)?//', answer.text)


def test_the_language_is_the_browsers_until_one_is_chosen(service: Service) -> None:
    browser = service.browser()
    del browser.headers["Accept-Language"]
    assert '<html lang="zh-CN"' in browser.get("/sign-in").text
    assert '<html lang="en"' in browser.get("/sign-in", headers={"Accept-Language": "fr, en;q=0.5"}).text
    assert '<html lang="zh-CN"' in browser.get("/sign-in", headers={"Accept-Language": "zh-TW"}).text
    assert '<html lang="en"' in browser.get("/sign-in?lang=en").text
    assert '<html lang="en"' in browser.get("/sign-in", headers={"Accept-Language": "zh-CN"}).text


def test_files_are_kept_for_ever_under_the_name_of_their_content(browser: httpx.Client) -> None:
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', browser.get("/").text)
    assert len(addresses) >= 4
    for address in addresses:
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "immutable" not in browser.get(address.split("?", 1)[0]).headers["cache-control"]


def test_scripts_are_small(browser: httpx.Client) -> None:
    scripts = re.findall(r'<script src="([^"]+)"', browser.get("/").text)
    sizes = []
    for address in scripts:
        with browser.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            sizes.append(len(b"".join(answer.iter_raw())))
    assert sum(sizes) < 150_000


def test_the_probes_answer_without_a_session(service: Service) -> None:
    client = service.client()
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["ready"] is True
    metrics = client.get("/metrics").text
    assert "ledger_ready 1.0" in metrics
    assert "ledger_http_requests_total" in metrics
    assert "ledger_withdrawal_denied_seconds_bucket" in metrics
    assert "ledger_withdrawal_final_seconds_bucket" in metrics


def test_the_log_names_routes_and_nobody(service: Service, browser: httpx.Client) -> None:
    number = service.number()
    subject = service.subject(service.client("nanqiao"), number)
    browser.get(f"/people/{subject}")
    log = (service.home / "service.log").read_text("utf-8")
    assert '"route": "/people/{subject_id}"' in log
    assert subject not in log
    assert number not in log
    assert oct((service.home / "service.log").stat().st_mode & 0o777) == "0o600"


def test_the_reference_describes_every_route(service: Service) -> None:
    page = service.client().get("/docs").text
    for path in service.client().get("/openapi.json").json()["paths"]:
        assert path in page


def test_the_paper_form_is_printed_entered_and_answered_with_a_receipt(service: Service) -> None:
    browser = service.browser("nanqiao", locale="en")
    number = service.number()
    subject = service.subject(service.client("nanqiao"), number)
    form = browser.get(f"/people/{subject}/consents/form")
    assert form.status_code == 200
    assert "No never affects your allowance." in form.text
    assert "不同意，绝不影响您的津贴。" in form.text
    assert "checked" not in form.text
    entry = browser.get(f"/people/{subject}/consents/paper")
    token = re.search(r'name="csrf_token" value="([^"]+)"', entry.text)
    assert token is not None
    data = {"csrf_token": token[1], "subject": subject, "signed_by": "signature", "answer-home-care": "no"}
    missing = browser.post("/consents/paper", data=data)
    assert missing.status_code == 400
    photo = {"photo": ("form.png", b"\x89PNG\r\n\x1a\nform", "image/png")}
    entered = browser.post("/consents/paper", data=data, files=photo)
    assert entered.status_code == 303, entered.text
    operation = entered.headers["location"].rsplit("/", 1)[1]
    receipt = browser.get(f"/people/{subject}/receipts/{operation}")
    assert receipt.status_code == 200
    assert "<svg" in receipt.text
    assert "决定回执" in receipt.text
    assert "You do not permit" in receipt.text


def test_the_register_of_bases_is_open_to_all(service: Service) -> None:
    shown = service.client().get("/bases")
    assert shown.status_code == 200
    assert "transport" in shown.text
