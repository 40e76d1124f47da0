"""Every page, in each language and at each size: whole, within its width, accessible."""

from __future__ import annotations

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
    assert len(links) == 2
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
