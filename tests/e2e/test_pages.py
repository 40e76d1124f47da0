"""Every page, in each language and at each size: whole, within its width, accessible."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from playwright.sync_api import expect

from api.console.acts import ACTS
from tests.e2e.conftest import Console


def test_pages_of_a_worker(console: Console) -> None:
    console.open("/sign-in")
    console.check()
    console.page.fill("#login", "nanqiao")
    console.page.fill("#password", "wrong")
    console.page.click("main button")
    expect(console.page.locator(".error-summary")).to_be_focused()
    console.check()
    console.sign_in("nanqiao")
    for path in ("/", "/due", "/people", "/cases", "/imports", "/docs", "/nothing"):
        console.open(path)
        console.check()


def test_pages_about_a_person(console: Console) -> None:
    console.sign_in("nanqiao")
    console.open("/due")
    console.page.locator("table.list tbody th a").first.click()
    console.page.locator("details.more summary").click()
    console.check()
    links = [str(link.get_attribute("href")) for link in console.page.locator("details.more a").all()]
    assert len(links) >= 2
    person = links[0].split("/acts/")[0]
    for path in (*links, f"{person}/consents/new", f"{person}/certify"):
        console.open(path)
        console.check()


def test_pages_of_a_reviewer(console: Console) -> None:
    console.sign_in("guankou")
    console.check()
    console.open("/due")
    console.check()
    console.page.locator("table.list tbody th a").first.click()
    person = console.page.url.removeprefix(console.service.url).partition("?")[0]
    for act in ACTS:
        console.open(f"{person}/acts/{act.action}")
        console.check()


def test_pages_of_an_operator(console: Console) -> None:
    console.sign_in("operator")
    for path in ("/", "/users", "/organisations", "/api-keys"):
        console.open(path)
        console.check()


def test_pages_of_an_auditor(console: Console) -> None:
    console.sign_in("auditor")
    for path in ("/", "/organisations"):
        console.open(path)
        console.check()


def test_pages_of_a_month(console: Console) -> None:
    civil_affairs = console.service.client("minzheng")
    opened = civil_affairs.get("/v1/months").json()["months"]
    if not opened:
        # The same month as the API's tests, which go on from there in the same service.
        day = datetime.now(timezone(timedelta(hours=8))).date().replace(day=1)
        for _ in range(3):
            day = (day - timedelta(days=1)).replace(day=1)
        opened = [f"{day:%Y-%m}"]
        assert civil_affairs.post("/v1/months", json={"month": opened[0]}).status_code == 201
    console.sign_in("nanqiao")
    console.open(f"/months/{opened[0]}")
    console.check()
    console.page.locator("table.list tbody th a").first.click()
    console.check()
    console.page.locator("table.list tbody th a").first.click()
    console.check()
    person = console.page.url.removeprefix(console.service.url).rpartition("/")[0]
    for path in (f"{person}/changes", f"{person}/changes/contact", "/moves", "/forms"):
        console.open(path)
        console.check()
    console.sign_in("minzheng")
    console.open("/months")
    console.check()
