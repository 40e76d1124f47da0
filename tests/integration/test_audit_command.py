"""`ledger audit replay` as an auditor runs it: a program of its own, a node's address and a file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.chain.deployment import Deployment
from ledger.domain.events import Contract
from ledger.texts.messages import catalogue
from tests.audited import DAY, ELDERS, AuditedLedger, elder_slot


def replay(url: str, deployment: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command's result. Its folder holds no installation."""
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("ledger")),
            *("--lang", "en", "audit", "replay", "--rpc", url, "--deployment", str(deployment)),
            *options,
        ],
        cwd=deployment.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def file(audited: AuditedLedger, tmp_path: Path) -> Path:
    """The deployment file, all that the auditor was given."""
    path = tmp_path / "deployment.json"
    audited.chain.deployment.save(path)
    return path


def test_a_clean_ledger_ends_with_0(audited: AuditedLedger, file: Path) -> None:
    done = replay(audited.rpc.url, file, "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["verdict"], answer["findings"], answer["causes"]) == ("clean", [], [])
    assert answer["counts"]["certifications"] == 34
    assert "clean" in replay(audited.rpc.url, file).stdout


def test_findings_end_with_1_and_are_grouped_by_cause(audited: AuditedLedger, file: Path) -> None:
    for elder in ELDERS[:6]:
        audited.tamper(Contract.CERTIFICATIONS, "_slots", elder_slot(elder), flip=DAY << 128)
    done = replay(audited.rpc.url, file, "--json")
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "findings"
    assert answer["causes"] == [
        {"code": "certification_differs", "rule": None, "contract": "Certifications", "count": 6}
    ]
    shown = replay(audited.rpc.url, file).stdout
    assert catalogue("en")["audit.finding.certification_differs.means"] in " ".join(shown.split())
    assert shown.count("0x" + ELDERS[0].hex()) == 1
    assert "and 3 more" in shown


def test_a_stopped_node_ends_with_3_never_with_clean(file: Path) -> None:
    done = replay("http://127.0.0.1:9", file, "--json")
    assert done.returncode == 3
    assert json.loads(done.stderr)["code"] == "node_unreachable"
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "deployment_missing"),
        ("{}", "deployment_malformed"),
        ("not JSON", "deployment_malformed"),
    ],
)
def test_a_bad_deployment_file_ends_with_2(
    audited: AuditedLedger, tmp_path: Path, content: str | None, code: str
) -> None:
    path = tmp_path / "other.json"
    if content is not None:
        path.write_text(content, "utf-8")
    done = replay(audited.rpc.url, path, "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["code"] == code


def test_a_file_whose_addresses_do_not_follow_from_the_code_ends_with_2(
    audited: AuditedLedger, file: Path
) -> None:
    deployment = Deployment.load(file).model_copy(update={"deployment_id": "0x" + "00" * 32})
    deployment.save(file)
    done = replay(audited.rpc.url, file, "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["code"] == "contract_address_differs"
