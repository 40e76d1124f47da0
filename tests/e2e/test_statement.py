"""The elder's statement on paper and on the screen, and a family's way to it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import httpx
from playwright.sync_api import expect

from ledger.domain.access import qr
from tests.e2e.conftest import Console
from tests.service import NANQIAO, Service

PASSWORD = "a daughter's own passphrase"


def test_the_statement_is_readable_in_every_language_and_size(console: Console) -> None:
    console.sign_in("nanqiao")
    console.open("/due")
    console.page.locator("table.list tbody th a").first.click()
    console.page.locator("details.more summary").click()
    console.page.locator("a[href$='/statement']").click()
    console.open(console.page.url.removeprefix(console.service.url).partition("?")[0])
    console.check()
    assert console.page.locator("main .code svg").count() >= 2
    sizes = console.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert sizes >= 24, "18 pt are 24 CSS pixels"


def test_it_prints_to_a_pdf_with_a_page_for_each_sheet(
    service: Service, worker: httpx.Client, tmp_path: Path
) -> None:
    subject = service.subject(worker, service.number())
    printed, page = tmp_path / "statement.pdf", tmp_path / "statement.html"
    done = service.ledger("statement", subject, "--pdf", str(printed), "--html", str(page))
    assert done.returncode == 0, done.stderr
    assert printed.read_bytes().startswith(b"%PDF-")
    assert printed.stat().st_mode & 0o777 == 0o600
    sheets = page.read_text("utf-8").count('<section class="sheet">')
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed.read_bytes())) >= sheets
    shown = json.loads(service.ledger("statement", subject, "--json").stdout)
    assert all(qr.decode(sheet["code"]) for sheet in shown["pages"])


def test_without_chromium_the_page_still_prints_by_itself(
    service: Service, worker: httpx.Client, tmp_path: Path
) -> None:
    subject = service.subject(worker, service.number())
    command = ("statement", subject, "--html", str(tmp_path / "page.html"), "--pdf", str(tmp_path / "no.pdf"))
    done = service.ledger(*command, PATH=str(tmp_path))
    assert done.returncode == 2
    assert "chromium" in done.stderr
    assert "--html" in done.stderr
    assert (tmp_path / "page.html").exists()
    assert not (tmp_path / "no.pdf").exists()


def test_a_daughter_reads_it_while_her_mandate_lasts(
    service: Service, worker: httpx.Client, operator: httpx.Client, console: Console, tmp_path: Path
) -> None:
    subject = service.subject(worker, service.number())
    login = f"daughter-{console.locale.lower()}-{console.size}"
    made = operator.post(
        "/v1/users",
        json={"login": login, "display_name": "女儿", "role": "family", "organisation": NANQIAO},
    )
    assert made.status_code == 201, made.text
    console.open(f"/invitation/{made.json()['token']}")
    console.page.fill("#password", PASSWORD)
    console.page.fill("#again", PASSWORD)
    console.page.click("main button")
    console.page.wait_for_url(f"{service.url}/")
    console.open("/")
    console.check()
    assert console.page.locator("main a").count() == 0
    scan = tmp_path / "mandate.pdf"
    scan.write_bytes(b"signed by hand")
    end = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86_400))
    whom = ("--subject", subject, "--reader", login)
    given = service.ledger("mandate", "give", *whom, "--until", end, "--scan", str(scan), "--json")
    assert given.returncode == 0, given.stderr
    (mandate,) = json.loads(given.stdout)
    console.open("/")
    console.page.locator("main a").first.click()
    expect(console.page.locator("h1")).to_be_visible()
    assert console.page.url.partition("?")[0].endswith(f"/people/{subject}/statement")
    revoked = service.ledger("mandate", "revoke", mandate["id"])
    assert revoked.returncode == 0, revoked.stderr
    answer = console.page.goto(f"{service.url}/people/{subject}/statement")
    assert answer is not None
    assert answer.status == 403
