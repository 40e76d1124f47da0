"""What workers do, from one end to the other, in a browser on the real service and chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from ledger.domain.identity_number import check_digit
from tests.e2e.conftest import Console

FINAL = 30_000


@pytest.fixture(params=["phone"])
def size(request: pytest.FixtureRequest) -> str:
    """Journeys are those of a phone; the pages' tests see to the desk."""
    return str(request.param)


def look_up(console: Console) -> str:
    """Signs in and opens somebody's page by number; returns its address."""
    console.sign_in("nanqiao")
    console.open("/people")
    console.page.fill("#identity_number", console.service.number())
    console.page.keyboard.press("Enter")
    console.page.wait_for_url("**/people/S*")
    assert "5199" not in console.page.url
    return console.page.url


def test_a_visit_is_certified_in_three_taps(console: Console) -> None:
    person = look_up(console)
    console.page.locator(".acts a.btn-primary").click()
    console.page.locator("button[value=visit]").click()
    console.check()
    console.page.locator("button[name=confirmed]").click()
    expect(console.page.locator("#operation[data-state=final]")).to_be_visible(timeout=FINAL)
    console.check()
    console.page.goto(person)
    expect(console.page.locator("section.verdict.ok")).to_be_visible()
    expect(console.page.locator(".timeline > li").first).to_contain_text(
        "上门" if console.locale == "zh-CN" else "Visit"
    )
    console.check()


def test_a_visit_of_another_day_is_kept_as_such(console: Console) -> None:
    look_up(console)
    console.page.locator(".acts a.btn-primary").click()
    console.page.locator("button[value=video]").click()
    console.page.locator("details summary").click()
    console.page.fill("#occurred_on", "2090-01-01")
    console.page.evaluate("document.querySelector('#occurred_on').removeAttribute('max')")
    console.page.locator("button[name=confirmed]").click()
    expect(console.page.locator(".error-summary")).to_be_focused()
    console.check()
    console.page.fill("#occurred_on", console.page.locator("#occurred_on").get_attribute("max") or "")
    console.page.fill("#note", "听力不好，请大声说话")
    console.page.locator("button[name=confirmed]").click()
    expect(console.page.locator("#operation[data-state=final]")).to_be_visible(timeout=FINAL)


def test_consent_is_given_and_withdrawn(console: Console) -> None:
    person = look_up(console)
    given_before = console.page.locator("a[href$='/withdraw']").count()
    console.page.locator("a[href$='/consents/new']").click()
    console.page.select_option("#consumer", "health")
    console.page.select_option("#category", "residence")
    console.page.select_option("#provider", "510181004")
    console.page.select_option("#purpose", "home-care")
    console.page.locator("main form button").click()
    console.check()
    console.page.locator("button[name=confirmed]").click()
    expect(console.page.locator("#operation[data-state=final]")).to_be_visible(timeout=FINAL)
    console.page.goto(person)
    console.check()
    console.page.locator("a[href$='/withdraw']").first.click()
    console.check()
    console.page.locator("main form button").click()
    expect(console.page.locator("#operation[data-state=final]")).to_be_visible(timeout=FINAL)
    console.page.goto(person)
    expect(console.page.locator("a[href$='/withdraw']")).to_have_count(given_before)


def test_people_are_found_by_name(console: Console) -> None:
    console.sign_in("nanqiao")
    console.open("/people")
    console.page.fill("#name", "王")
    console.page.keyboard.press("Enter")
    expect(console.page.locator("#found")).to_be_visible()
    assert "王" not in console.page.url
    console.check()
    console.page.locator("table.list tbody th a").first.click()
    expect(console.page.locator("section.verdict")).to_be_visible()


def test_a_number_that_is_wrong_is_said_to_be(console: Console) -> None:
    console.sign_in("nanqiao")
    console.open("/people")
    console.page.fill("#identity_number", "519999194001010000")
    console.page.keyboard.press("Enter")
    expect(console.page.locator(".error-summary")).to_be_focused()
    assert "519999194001010000" not in console.page.content()
    console.check()


def test_a_roster_is_imported_and_its_problems_come_back(console: Console, tmp_path: Path) -> None:
    console.sign_in("nanqiao")
    console.open("/imports")
    sequence = 911 if console.locale == "en" else 913
    good = f"51999919411231{sequence}"
    file = tmp_path / "名册.csv"
    file.write_text(f"姓名,身份证号\n陈国栋,{good}{check_digit(good)}\n李四,519999194001010000\n", "utf-8")
    console.page.set_input_files("#file", file)
    console.page.locator("main form button").click()
    expect(console.page.locator(".tile.ok .figure")).to_have_text("1")
    expect(console.page.locator(".tile.warn .figure")).to_have_text("1")
    console.check()
    with console.page.expect_download() as download:
        console.page.locator("a[download]").click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")


def test_the_due_list_filters_and_pages(console: Console) -> None:
    console.sign_in("guankou")
    console.open("/due")
    console.check()
    expect(console.page.locator("nav.pages")).to_be_visible()
    console.page.locator("a[rel=next]").click()
    assert "page=2" in console.page.url
    console.page.select_option("#verdict", "NEVER")
    console.page.locator(".filters button").click()
    marks = console.page.locator("table.list tbody .sign")
    assert marks.count() > 0
    assert len(set(marks.all_inner_texts())) == 1


def test_the_language_is_switched_and_kept(console: Console) -> None:
    console.sign_in("nanqiao")
    other = "en" if console.locale == "zh-CN" else "zh-CN"
    console.page.locator(f"header a[hreflang={other}]").click()
    assert console.page.get_attribute("html", "lang") == other
    console.page.locator("header nav a").nth(1).click()
    assert console.page.get_attribute("html", "lang") == other


def test_signed_out_one_is_asked_to_sign_in_and_comes_back(console: Console) -> None:
    person = look_up(console)
    console.page.locator("header form button").click()
    console.page.wait_for_url("**/sign-in")
    console.page.goto(person)
    console.page.fill("#login", "nanqiao")
    console.page.fill("#password", console.service.passwords["nanqiao"])
    console.page.click("main button")
    console.page.wait_for_url(person)


def test_a_page_works_by_keyboard_alone(console: Console) -> None:
    look_up(console)
    console.page.keyboard.press("Tab")
    assert console.page.evaluate("document.activeElement.className") == "skip"
    console.page.locator(".acts a.btn-primary").focus()
    console.page.keyboard.press("Enter")
    console.page.locator("button[value=paper]").focus()
    console.page.keyboard.press("Enter")
    expect(console.page.locator("button[name=confirmed]")).to_be_visible()
