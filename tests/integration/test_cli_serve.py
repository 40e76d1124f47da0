"""`ledger serve` from its start to its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import httpx

from tests.service import Service, run_ledger, serving


def test_the_printed_commands_work_as_printed(service: Service) -> None:
    commands = [line.strip() for line in service.announced.splitlines() if line.startswith("  ")]
    tried = [line for line in commands if "ledger" in line and re.match(r"echo |\S*ledger |LEDGER", line)]
    assert len(tried) == 3
    for command in tried:
        done = subprocess.run(
            ["bash", "-c", command],
            capture_output=True,
            text=True,
            timeout=120,
            env=service.environment(),
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert str(service.home) in service.announced


def test_passwords_are_in_a_file_that_only_its_owner_reads(service: Service) -> None:
    assert oct((service.home / "demo-users.txt").stat().st_mode & 0o777) == "0o600"
    assert oct((service.home / "cli-session.json").stat().st_mode & 0o777) == "0o600"
    for login, password in service.passwords.items():
        assert login in service.announced
        assert password in service.announced or login == "health"


def test_a_second_service_on_the_same_home_is_refused(service: Service) -> None:
    done = run_ledger("serve", "--port", "0", home=service.home)
    assert done.returncode == 2
    assert str(service.process.pid) in done.stderr


def test_killed_and_started_again_everything_is_there(tmp_path: Path) -> None:
    home = tmp_path / "var"
    with serving(home) as first:
        link = re.search(r"http://\S+/invitation/\S+", first.announced)
        assert link is not None
        form = {"password": "a long enough sentence", "again": "a long enough sentence"}
        assert httpx.post(link[0], data=form).status_code == 303
        before = first.client().get("/v1/deployment").json()
        first.process.send_signal(signal.SIGKILL)
        first.process.wait(10)
        first.close()
    with serving(home) as second:
        assert "/invitation/" not in second.announced
        assert second.client().get("/v1/deployment").json() == before
        assert second.client().get("/readyz").json()["ready"] is True
        body = {"login": "operator", "password": form["password"]}
        assert second.client().post("/v1/sessions", json=body).status_code == 201


def test_a_taken_port_is_said_and_another_one_used(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(tmp_path / "var", "--port", str(port)) as service:
            assert not service.url.endswith(f":{port}")
            assert service.client().get("/healthz").status_code == 200
    assert f"Port {port} is taken" in (tmp_path / "var.stderr").read_text("utf-8")


def test_sigterm_stops_all_of_it(tmp_path: Path) -> None:
    with serving(tmp_path / "var") as service:
        rpc = json.loads((service.home / "deployment.json").read_text("utf-8"))
        assert rpc
        chain = [pid for pid in _children(service.process.pid) if "anvil" in _command(pid)]
        assert chain
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 130
        assert not any(Path(f"/proc/{pid}").exists() for pid in chain)


def test_a_setting_that_cannot_be_is_named(tmp_path: Path) -> None:
    done = run_ledger("serve", home=tmp_path / "var", environment={"LEDGER_BATCH_SIZE": "0"})
    assert done.returncode == 2
    assert "batch_size" in done.stderr
    assert not (tmp_path / "var").exists()


def test_init_makes_an_installation_once(tmp_path: Path) -> None:
    home = tmp_path / "var"
    first = run_ledger("init", "--json", home=home)
    assert first.returncode == 0, first.stderr
    assert "/invitation/" in json.loads(first.stdout)["operator_link"]
    deployment = (home / "deployment.json").read_bytes()
    assert run_ledger("init", "--json", home=home).returncode == 0
    assert (home / "deployment.json").read_bytes() == deployment


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task")
    return [int(child) for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()


def test_with_the_chain_out_of_reach_the_answer_is_unknown_and_money_goes_on(tmp_path: Path) -> None:
    with serving(tmp_path / "var", "--demo", LEDGER_STALE_AFTER="1") as service:
        number = service.number()
        before = json.loads(service.ledger("lookup", "--id", "-", "--json", stdin=number).stdout)
        assert before["verdict"] != "UNKNOWN"
        (chain,) = [pid for pid in _children(service.process.pid) if "anvil" in _command(pid)]
        os.kill(chain, signal.SIGSTOP)
        try:
            deadline = time.monotonic() + 30
            while (done := service.ledger("lookup", "--id", "-", "--json", stdin=number)).returncode != 3:
                assert time.monotonic() < deadline, done.stdout
                time.sleep(0.2)
            answer = json.loads(done.stdout)
            assert answer["verdict"] == "UNKNOWN"
            assert answer["payable"] == before["payable"]
            assert answer["reasons"]
            worker = service.client("nanqiao")
            subject = service.subject(worker, number)
            assert worker.get(f"/v1/subjects/{subject}/verdict").status_code == 200
            assert service.client().get("/readyz").status_code == 503
            asked = ("--provider", "510181004", "--category", "residence", "--purpose", "home-care")
            decided = service.ledger("decide", "--id", "-", *asked, "--consumer", "health", stdin=number)
            assert decided.returncode == 3
            page = service.browser("nanqiao").get(f"/people/{subject}")
            assert page.status_code == 200
            assert "暂不可知" in page.text
        finally:
            os.kill(chain, signal.SIGCONT)
        deadline = time.monotonic() + 30
        while service.ledger("lookup", "--id", "-", stdin=number).returncode == 3:
            assert time.monotonic() < deadline, "the service did not come back to knowing"
            time.sleep(0.2)
