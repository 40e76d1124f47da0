"""What an audit leaves behind: findings as they come, SARIF, a report, progress to go on from, work lists."""

from __future__ import annotations

import csv
import json
import re
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.archive.read import Archive
from ledger.audit.circles import Circle, audit
from ledger.audit.findings import Code
from ledger.audit.node import Node
from ledger.audit.progress import Keeper
from ledger.audit.replay import Replay, software
from ledger.audit.report.activity import Activity, week_of
from ledger.audit.report.page import Report, render
from ledger.audit.result import Verdict
from ledger.domain.events import Contract
from ledger.errors import Misconfigured
from ledger.keys.vault import organisation_key
from ledger.store.database import Database
from ledger.texts.messages import text
from tests.audited import CONSENTS, DAY, ELDERS, AuditedLedger, elder_slot
from tests.audited_service import AuditedService, edited
from tests.chain import COMMUNITY
from tests.lying_node import lying_node


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """`ledger audit …`, in English."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("ledger")), "--lang", "en", "audit", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_findings_come_as_lines_and_end_as_sarif_and_a_report(
    audited_service: AuditedService, tmp_path: Path
) -> None:
    with edited(audited_service, tmp_path) as conn:
        conn.execute("UPDATE access_log SET purpose = 'statistics'")
    audited_service.deployment.save(tmp_path / "deployment.json")
    done = run(
        *("replay", "--archive", audited_service.archive, "--deployment", tmp_path / "deployment.json"),
        *("--database", f"sqlite:///{tmp_path / 'edited.sqlite'}", "--jsonl"),
        *("--sarif", tmp_path / "findings.sarif", "--report", tmp_path / "report.html"),
    )
    assert done.returncode == 1, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert {one["code"] for one in found} == {"access_log_altered"}
    (sarif,) = json.loads((tmp_path / "findings.sarif").read_text("utf-8"))["runs"]
    (result,) = sarif["results"]
    assert (result["ruleId"], result["level"], result["occurrenceCount"]) == (
        "access_log_altered",
        "error",
        len(found),
    )
    assert sarif["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "access_log_altered"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "access_log_altered" in page
    assert f"and {len(found) - 5} more" in page


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_report_fetches_nothing_and_has_a_table_for_each_plot(
    audited_service: AuditedService, locale: str
) -> None:
    activity = Activity()
    source = Archive(audited_service.archive, audited_service.deployment)
    result = Replay(source, audited_service.deployment, observers=[activity]).run()
    report = Report(result, audited_service.deployment, activity, "history.gz", "<审计局>", 1_700_000_000)
    page = render(report, lambda code, **params: text(code, locale, **params), locale)
    assert f'<html lang="{locale}">' in page
    assert not re.search(r"(src|href)=|url\(|https?://", page)
    assert page.count("<svg") == page.count("<figure") == page.count("<details>") == 5
    assert "&lt;审计局&gt;" in page
    assert "<审计局>" not in page


def test_certifications_in_force_are_those_of_the_state(audited_service: AuditedService) -> None:
    activity = Activity()
    source = Archive(audited_service.archive, audited_service.deployment)
    result = Replay(source, audited_service.deployment, observers=[activity]).run()
    assert result.pinned is not None
    assert sum(activity.records.values()) == result.counts.certifications
    ((week, standing),) = activity.in_force(result.pinned.time)
    assert week == week_of(result.pinned.time)
    assert standing == audited_service.people - 1  # one is suspended


class Killed(BaseException):
    """What no code catches, as none outlives SIGKILL."""


class Dies(Keeper):
    """Keeps after every stretch of blocks, and dies after the second."""

    kept_times = 0

    def keep(self, *arguments: Any) -> None:
        super().keep(*arguments)
        self.kept_times += 1
        if self.kept_times == 2:
            raise Killed


def test_a_replay_that_was_killed_goes_on_to_the_same_result(audited: AuditedLedger, tmp_path: Path) -> None:
    deployment = audited.chain.deployment
    audited.tamper(Contract.CERTIFICATIONS, "_slots", elder_slot(ELDERS[2]), flip=DAY << 128)
    whole, expected = audit(audited.source(), deployment)
    source = audited.source()
    source._reader._span = 1  # stretches of a few blocks, so that there are several
    of = (tmp_path / "progress.json", deployment.deployment_id, software())
    with pytest.raises(Killed):
        audit(source, deployment, keeper=Dies(*of, every=0.0))
    keeper = Keeper(*of, every=0.0)
    start = keeper.kept(deployment.domains)
    assert start is not None
    assert 0 < start.counts.blocks < whole.counts.blocks
    resumed, result = audit(audited.source(), deployment, start=start, keeper=keeper)
    assert {**result.to_json(), "seconds": 0} == {**expected.to_json(), "seconds": 0}
    assert audited.root_of(resumed) == audited.root_of(whole)
    assert list(tmp_path.iterdir()) == []


def test_what_was_compared_before_a_kill_is_not_forgotten(
    audited_service: AuditedService, tmp_path: Path
) -> None:
    """An early row of the index is another, and the access log's first anchored head is not its root."""
    deployment = audited_service.deployment
    with edited(audited_service, tmp_path) as conn:
        conn.execute(
            "UPDATE register_events SET transaction_hash = zeroblob(32)"
            " WHERE rowid = (SELECT min(rowid) FROM register_events)"
        )
    database = Database(f"sqlite:///{tmp_path / 'edited.sqlite'}")
    of = (tmp_path / "progress.json", deployment.deployment_id, software())

    def run_through(keeper: Keeper | None = None) -> tuple[dict[str, Any], Activity]:
        activity, source = Activity(), Archive(audited_service.archive, deployment)
        start = keeper.kept(deployment.domains) if keeper else None
        circle = Circle(database=database)
        _, result = audit(source, deployment, circle, observers=[activity], start=start, keeper=keeper)
        return {**result.to_json(), "seconds": 0}, activity

    with closing(database):
        expected = run_through()
        assert [one["code"] for one in expected[0]["causes"]] == [Code.INDEX_REGISTER_DIFFERS]
        with pytest.raises(Killed):
            run_through(Dies(*of, every=0.0))
        assert run_through(Keeper(*of, every=0.0)) == expected


def test_progress_of_an_audit_of_other_things_is_refused(
    audited_service: AuditedService, tmp_path: Path
) -> None:
    deployment = audited_service.deployment
    of = (tmp_path / "progress.json", deployment.deployment_id, software())
    source = Archive(audited_service.archive, deployment)
    with pytest.raises(Killed):
        audit(source, deployment, keeper=Dies(*of, every=0.0))
    start = Keeper(*of).kept(deployment.domains)
    with pytest.raises(Misconfigured, match=r"audit\.progress_of_other_circles"):
        audit(source, deployment, observers=[Activity()], start=start)


def test_a_command_that_was_killed_goes_on(audited: AuditedLedger, tmp_path: Path) -> None:
    """Whenever the kill comes, before anything is kept or after the end, another run says the same."""
    audited.chain.deployment.save(tmp_path / "deployment.json")
    command = [
        *(str(Path(sys.executable).with_name("ledger")), "audit", "replay", "--rpc", audited.rpc.url),
        *("--deployment", str(tmp_path / "deployment.json"), "--resume", str(tmp_path / "progress.json")),
        "--json",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"] == "clean"


def test_all_that_a_key_signed_is_a_work_list(audited: AuditedLedger, tmp_path: Path) -> None:
    audited.chain.deployment.save(tmp_path / "deployment.json")
    signer = audited.chain.vault.address(organisation_key(COMMUNITY))
    arguments = ("signer", signer, "--since", "0", "--deployment", tmp_path / "deployment.json")
    done = run(*arguments, "--rpc", audited.rpc.url)
    assert done.returncode == 1, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    standing = {row["tag"] for row in rows if row["standing"] == "True"}
    assert standing == {"0x" + tag.hex() for tag in (*ELDERS[5:6], *ELDERS[9:], *CONSENTS)}
    assert len(rows) == 12 + 8 + 4 + 2 + len(CONSENTS) + 2 + 1


def test_a_second_node_of_another_history_is_found(audited: AuditedLedger) -> None:
    parted = audited.chain.deployment.first_block + 9

    def forked(method: str, params: list[object], result: object) -> object:
        if method != "eth_getBlockByNumber" or not isinstance(result, dict):
            return result
        if int(result["number"], 16) >= parted:
            return result | {"hash": "0x" + "ab" * 32}
        return result

    with lying_node(audited.rpc, forked) as other:
        circle = Circle(second=Node(other, audited.chain.deployment))
        _, result = audit(audited.source(), audited.chain.deployment, circle)
    (finding,) = result.findings
    assert (finding.code, finding.where.block) == (Code.NODES_PART, parted)
    _, same = audit(audited.source(), audited.chain.deployment, Circle(second=audited.source()))
    assert same.verdict is Verdict.CLEAN
