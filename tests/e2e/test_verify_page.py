"""The page that checks proofs: in a real browser, under the pages' own policy, asking nobody."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Console
from tests.proof_vectors import FOLDER, Vector, broken, good


def choose(console: Console, folder: Path, vector: Vector) -> None:
    """Chooses both files of a vector."""
    file = folder / f"{vector.outcome}.json"
    file.write_bytes(vector.data)
    pinned = folder / "deployment.json"
    vector.deployment.save(pinned)
    console.page.set_input_files("#deployment", pinned)
    console.page.set_input_files("#proof", file)


def test_a_proof_is_checked_without_asking_the_service(console: Console, tmp_path: Path) -> None:
    console.open("/verify")
    console.check()
    console.page.wait_for_load_state("networkidle")
    asked: list[str] = []
    console.page.on("request", lambda request: asked.append(request.url))
    given = next(vector for vector in good() if vector.meaning == "given")
    choose(console, tmp_path, given)
    expect(console.page.locator("[data-outcome=holds]")).to_be_visible()
    expect(console.page.locator("[data-meaning=given]")).to_be_visible()
    expect(console.page.locator("[data-rule='5.1']")).to_be_visible()
    head = json.loads(given.data)["chain"]["head"]
    expect(console.page.locator("[data-fact=hash]")).to_have_text(head["hash"])
    console.check()
    wrong = next(vector for vector in broken() if vector.rule == "4.1")
    choose(console, tmp_path, wrong)
    expect(console.page.locator("[data-outcome=broken]")).to_be_visible()
    expect(console.page.locator("[data-rule='4.1'] [data-mark]")).to_have_text("✗")
    expect(console.page.locator("#facts")).to_be_hidden()
    assert asked == []


def test_a_file_that_is_no_deployment_is_refused(console: Console, tmp_path: Path) -> None:
    console.open("/verify")
    console.page.set_input_files("#deployment", FOLDER / "good.json")
    expect(console.page.locator("#deployment-wrong")).to_be_visible()
    expect(console.page.locator("#result")).to_be_hidden()
