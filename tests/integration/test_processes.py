"""API processes and workers apart: whoever is stopped or killed, nothing is lost and no answer lies."""

from __future__ import annotations

import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger.audit.operations.audit import audit_operations
from ledger.audit.replay import replay
from ledger.chain.deployment import Deployment
from ledger.chain.rpc import Rpc
from ledger.cli.bench.chaos.bare_chain import DEPTH, bare_chain
from ledger.cli.bench.chaos.ground import PROGRAMME, TERMS, WORKER, Ground, prepare
from ledger.domain.programmes import local_date
from ledger.settings import Settings
from ledger.store.database import Database
from tests.service import LEDGER, PATIENCE, _environment, run_ledger


@contextmanager
def part(home: Path, name: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`ledger serve NAME` as a process of its own, killed at the end."""
    with (home.parent / f"{name}-{secrets.token_hex(4)}.err").open("w") as errors:
        process = subprocess.Popen(
            [str(LEDGER), "serve", name, *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=_environment(home, environment),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()


def said(process: subprocess.Popen[str], text: str) -> str:
    """The first line with `text` that it prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return line
    raise AssertionError(f"{process.args} ended with {process.wait()} and never said {text}")


@contextmanager
def api(home: Path, ground: Ground, **environment: str) -> Iterator[httpx.Client]:
    """An API process, as the worker of the ground."""
    with part(home, "api", "--port", "0", **environment) as process:
        url = said(process, "Ready").rsplit(" ", 1)[1].strip()
        with httpx.Client(base_url=url, timeout=30) as client:
            body = {"login": WORKER, "password": ground.passwords[WORKER]}
            token = client.post("/v1/sessions", json=body).json()["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield client


def certify(client: httpx.Client, subject: str, *, months_ago: int) -> str:
    day = (local_date(time.time()) - timedelta(days=31 * months_ago)).isoformat()
    items = [{"subject": subject, "action": "certify", "method": "visit", "occurred_on": day}]
    answer = client.post("/v1/certifications", json={"programme": PROGRAMME, "items": items})
    assert answer.status_code == 202, answer.text
    (operation,) = answer.json()["operations"]
    assert operation["state"] == "accepted", operation
    return str(operation["id"])


def final(client: httpx.Client, operation_id: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while True:
        operation: dict[str, Any] = client.get(f"/v1/operations/{operation_id}").json()
        if operation["state"] == "final":
            return operation
        assert operation["state"] != "refused", operation
        assert time.monotonic() < deadline, operation
        time.sleep(0.05)


def decide(client: httpx.Client, ground: Ground, handle: str) -> str:
    key = {"Authorization": f"Bearer {ground.key}"}
    answer = client.post("/v1/decisions", json={"handle": handle, **TERMS}, headers=key)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["decision"])


def require_clean(settings: Settings, rpc: Rpc, *, depth: int) -> None:
    database = Database(settings.resolved_database_url)
    try:
        assert len(audit_operations(database).findings) == 0
    finally:
        database.close()
    assert len(replay(rpc, Deployment.load(settings.deployment_file), depth=depth).findings) == 0


def test_workers_take_over_from_one_that_is_stopped_or_killed(tmp_path: Path, postgres_url: str) -> None:
    home = tmp_path / "home"
    with bare_chain(tmp_path / "node", 510181) as chain:
        settings = Settings(home=home, rpc_url=chain.url, finality_depth=1, database_url=postgres_url)
        ground = prepare(settings, 3)
        common = {
            "LEDGER_RPC_URL": chain.url,
            "LEDGER_DATABASE_URL": postgres_url,
            "LEDGER_FINALITY_DEPTH": "1",
        }
        with (
            part(home, "worker", **common) as first,
            api(home, ground, **common) as one,
            api(home, ground, **common) as two,
        ):
            said(first, "Working")
            person, other, third = ground.people
            final(two, certify(one, person.subject, months_ago=9))
            with part(home, "worker", **common) as second:
                first.send_signal(signal.SIGSTOP)
                operation = certify(one, person.subject, months_ago=8)
                said(second, "Working")
                assert final(two, operation)["revision"] == 2
                given = one.post(
                    "/v1/consents", json={"subject": other.subject, "consumer": "health", **TERMS}
                )
                final(two, given.json()["operation_id"])
                assert [decide(client, ground, other.handle) for client in (one, two)] == ["PERMIT"] * 2
                first.send_signal(signal.SIGCONT)  # it finds that another has taken over
                operation = certify(two, third.subject, months_ago=9)
                withdrawn = one.post(f"/v1/consents/{given.json()['consent_id']}/withdraw", json={})
                assert withdrawn.status_code == 202
                assert [decide(client, ground, other.handle) for client in (two, one)] == ["DENY"] * 2
                final(one, operation)
                second.kill()
                second.wait()
                assert final(two, certify(one, person.subject, months_ago=7))["revision"] == 3
                final(one, withdrawn.json()["operation_id"])
        chain.mine(DEPTH)
        require_clean(settings, chain.rpc, depth=1)


def test_the_embedded_chain_goes_over_to_a_worker_that_stood_by(tmp_path: Path) -> None:
    home = tmp_path / "home"
    settings = Settings(home=home, chain_port=0, rpc_url=None)
    ground = prepare(settings, 2)
    with part(home, "worker") as first, api(home, ground) as client, part(home, "worker") as second:
        said(first, "Working")
        final(client, certify(client, ground.people[0].subject, months_ago=9))
        first.kill()
        first.wait()
        operation = certify(client, ground.people[0].subject, months_ago=8)
        said(second, "Working")
        assert final(client, operation)["revision"] == 2
        assert client.get("/readyz").json()["ready"]
        require_clean(settings, Rpc((home / "chain" / "running").read_text("utf-8")), depth=0)


def test_an_api_process_needs_an_installation(tmp_path: Path) -> None:
    done = run_ledger("serve", "api", home=tmp_path / "nowhere")
    assert done.returncode == 2
    assert "ledger init" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_apart_and_all_in_one_do_not_share_a_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with part(home, "worker") as worker:
        said(worker, "Working")
        done = run_ledger("serve", "--port", "0", home=home)
        assert done.returncode == 2
        assert str(worker.pid) in done.stderr


@pytest.mark.parametrize("name", ["api", "worker"])
def test_options_stand_behind_the_part_that_they_are_for(tmp_path: Path, name: str) -> None:
    done = run_ledger("serve", "--rpc", "http://127.0.0.1:1", name, home=tmp_path / "home")
    assert done.returncode == 2
    assert f"ledger serve {name}" in done.stderr
