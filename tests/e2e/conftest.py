"""The browser: Debian's Chromium, at a phone's and a desk's size, in both languages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.service import Service

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# Axe takes a second or two: every page goes through it in each language and at each size once.
AXE_RUNS = {("zh-CN", "phone"), ("en", "desk")}
SIZES = {"phone": {"width": 360, "height": 780}, "desk": {"width": 1280, "height": 900}}


@dataclass(frozen=True)
class Console:
    """The console in one browser, as a person uses it."""

    service: Service
    page: Page
    locale: str
    size: str

    def sign_in(self, login: str) -> None:
        """Signs in as a demonstration user."""
        self.open("/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", self.service.passwords[login])
        self.page.click("main button")
        self.page.wait_for_url(f"{self.service.url}/")

    def open(self, path: str) -> None:
        """Goes to a path, in the language of the test."""
        self.page.goto(f"{self.service.url}{path}?lang={self.locale}")

    def check(self) -> None:
        """The page is within its width, in its language, and axe finds nothing that WCAG 2.2 AA forbids."""
        assert self.page.get_attribute("html", "lang") == self.locale
        beyond = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert beyond <= 0, f"{self.page.url} is {beyond} px too wide at {self.size}"
        if (self.locale, self.size) not in AXE_RUNS:
            return
        # Evaluated by the browser itself, so that the pages' own policy needs no exception for a test.
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        problems = [
            f"{one['id']}: {one['help']}: {node['html']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]
        assert not problems, f"{self.page.url} ({self.locale}, {self.size}):\n" + "\n".join(problems)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "the browser tests need Chromium: apt-get install chromium fonts-noto-cjk"
    assert AXE.exists(), "the browser tests need axe-core: make setup-dev"
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(params=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["zh-CN", "en"])
def locale(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def console(service: Service, browser: Browser, locale: str, size: str) -> Iterator[Console]:
    """A browser without cookies. The test fails if a page breaks a rule of its own or asks a third party."""
    context = browser.new_context(viewport=SIZES[size], locale=locale)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "console",
        lambda message: wrong.append(message.text) if "Content Security Policy" in message.text else None,
    )
    page.on("request", lambda one: wrong.append(one.url) if not _own(one.url, service) else None)
    yield Console(service, page, locale, size)
    context.close()
    assert wrong == []


def _own(url: str, service: Service) -> bool:
    return url.startswith((service.url, "data:"))
