"""The catalogue of findings, its texts and docs/audit.md say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ledger.audit import replay
from ledger.audit.findings import EXAMPLES, Code, Finding, Findings, Severity, Step, Where, shown
from ledger.texts.messages import LOCALES, catalogue

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "audit.md"


@pytest.mark.parametrize("code", Code)
def test_every_code_says_what_it_means_and_what_to_do(code: Code) -> None:
    for locale in LOCALES:
        assert catalogue(locale)[f"audit.finding.{code}.means"]
        assert catalogue(locale)[f"audit.finding.{code}.do"]


def test_the_documents_catalogue_is_that_of_the_code() -> None:
    texts = catalogue("en")
    rows = [f"| `{c}` | {int(c.step)} | {c.severity} | {texts[f'audit.finding.{c}.means']} |" for c in Code]
    assert re.findall(r"^\| `.*$", DOCUMENT.read_text("utf-8"), re.MULTILINE) == rows


def test_the_documents_steps_are_those_of_the_code_and_of_the_report() -> None:
    procedure = DOCUMENT.read_text("utf-8").split("## The procedure")[1].split("\n## ")[0]
    steps = re.findall(r"^(\d+)\. \*\*(.+?)\.\*\*", procedure, re.MULTILINE)
    named = [(int(number), name.upper().replace(" ", "_")) for number, name in steps]
    assert named == [(int(step), step.name) for step in Step]
    for locale in LOCALES:
        assert all(catalogue(locale)[f"audit.step.{int(step)}"] for step in Step)


def test_the_replays_own_list_goes_as_far_as_what_it_does() -> None:
    said = [int(number) for number in re.findall(r"^ ?(\d+)\. ", str(replay.__doc__), re.MULTILINE)]
    assert said == [int(step) for step in Step if step <= Step.STORAGE]


def test_findings_of_one_cause_are_one_group_in_bounded_memory() -> None:
    findings = Findings()
    for number in range(EXAMPLES + 50):
        where = Where(contract="Certifications", tag=str(number))
        findings.add(Finding(Code.CERTIFICATION_DIFFERS, where, "1", "2"))
    findings.add(Finding(Code.CONSENT_DIFFERS, Where(contract="Consents"), "1", "2"))
    counts = [(group.count, len(group.examples)) for group in findings.groups()]
    assert counts == [(EXAMPLES + 50, EXAMPLES), (1, 1)]
    assert len(findings) == EXAMPLES + 51


def test_groups_stand_in_the_order_of_the_steps() -> None:
    findings = Findings()
    for code in (Code.CERTIFICATION_DIFFERS, Code.SIGNER_DIFFERS, Code.CODE_DIFFERS):
        findings.add(Finding(code, Where(), "1", "2"))
    steps = [group.examples[0].code.step for group in findings.groups()]
    assert steps == sorted(steps)


def test_only_what_may_have_a_good_reason_is_a_warning() -> None:
    warnings = [code for code in Code if code.severity is Severity.WARNING]
    assert warnings == [Code.KEY_DISTRUSTED, Code.OWNER_PENDING, Code.RECORD_UNACCOUNTED]


@pytest.mark.parametrize(
    ("value", "text"),
    [(b"\x01\xff", "0x01ff"), (7, "7"), (1 << 64, "0x" + f"{1 << 64:064x}"), ("0xAbc", "0xAbc")],
)
def test_values_are_shown_as_people_compare_them(value: bytes | int | str, text: str) -> None:
    assert shown(value) == text
