"""The command line against a running service, as a person types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from ledger.domain.identity_number import check_digit
from tests.service import LEDGER, Service, run_ledger

TERMS = (
    "--provider",
    "510181004",
    "--consumer",
    "health",
    "--category",
    "mobility",
    "--purpose",
    "home-care",
)


def test_a_person_is_looked_up_certified_and_looked_up_again(service: Service) -> None:
    number = service.number()
    before = json.loads(service.ledger("lookup", "--id", "-", "--json", stdin=number).stdout)
    certified = service.ledger("certify", "--id", "-", "--method", "visit", "--wait", "--json", stdin=number)
    assert certified.returncode == 0, certified.stderr
    (operation,) = json.loads(certified.stdout)["operations"]
    assert operation["state"] == "final"
    found = service.ledger("lookup", "--id", "-", "--json", stdin=number)
    after = json.loads(found.stdout)
    assert found.returncode == 0
    assert (after["verdict"], after["revision"]) == ("VALID", before["revision"] + 1)
    assert after["as_of"]["block"] >= operation["block"]
    past = service.ledger("lookup", "--id", "-", "--at", "2020-01-01", stdin=number)
    assert past.returncode == 1
    assert "NEVER" in past.stdout


def test_consent_given_permits_and_withdrawn_denies(service: Service) -> None:
    number = service.number()
    asked = ("decide", "--id", "-", *TERMS)
    assert service.ledger(*asked, stdin=number).returncode == 1
    given = service.ledger("consent", "give", "--id", "-", *TERMS, "--wait", "--json", stdin=number)
    assert given.returncode == 0, given.stderr
    permitted = service.ledger(*asked, "--json", stdin=number)
    assert permitted.returncode == 0
    assert json.loads(permitted.stdout)["decision"] == "PERMIT"
    listed = json.loads(service.ledger("consent", "list", "--id", "-", "--json", stdin=number).stdout)
    (consent,) = [one for one in listed["consents"] if one["terms"]["category"] == "mobility"]
    assert service.ledger("consent", "withdraw", consent["id"]).returncode == 0
    denied = service.ledger(*asked, "--json", stdin=number)
    assert denied.returncode == 1
    assert json.loads(denied.stdout)["decision"] == "DENY"


def test_a_list_is_certified_and_what_is_refused_says_where(service: Service, tmp_path: Path) -> None:
    young = service.number(oldest=1966, youngest=1960)
    file = tmp_path / "list.csv"
    file.write_text(f"identity_number,method\n{service.number()},household\n{young},visit\n", "utf-8")
    done = service.ledger("certify", "--file", str(file), "--wait", "--json")
    assert done.returncode == 4
    states = [one["state"] for one in json.loads(done.stdout)["operations"]]
    assert states == ["final", "rejected"]


def test_a_roster_is_imported_and_its_problems_saved(service: Service, tmp_path: Path) -> None:
    file, problems = tmp_path / "roster.csv", tmp_path / "problems.xlsx"
    good = "51999919411231901"  # so many people were not born on a day
    file.write_text(f"姓名,身份证号\n张三丰,{good}{check_digit(good)}\n李四,519999194001010000\n", "utf-8")
    first = service.ledger("roster", "import", str(file), "--problems", str(problems), "--json")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert (report["counts"]["created"], report["counts"]["cases"]) == (1, 1), report
    assert problems.read_bytes().startswith(b"PK")
    again = json.loads(service.ledger("roster", "import", str(file), "--json").stdout)
    assert (again["counts"]["created"], again["counts"]["unchanged"]) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "says"),
    [
        (("lookup",), "", 2, "exactly one"),
        (("lookup", "--id", "519999194001010013"), "", 2, "history"),
        (("lookup", "--id", "-"), "", 2, "standard input"),
        (("lookup", "--id", "-"), "519999194001010000", 2, "last character is wrong"),
        (("lookup", "--subject", "Saaaaaaaaaaaaaaaaaaaaaaaaaa"), "", 4, "error:"),
        (("lookup", "--subject", "S1", "--at", "01.02.2026"), "", 2, "date"),
        (("certify", "--subject", "S1", "--action", "bless"), "", 2, "items/0/action"),
        (("user", "list"), "", 4, "error:"),
        (("certify", "--file", "/nowhere.csv"), "", 2, "/nowhere.csv"),
        (("nosuch",), "", 2, "No such command"),
        (("lookup", "--nosuch"), "", 2, "No such option"),
        (("--lang", "fr", "lookup"), "", 2, "zh-CN or en"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said_in_a_line_with_its_exit_code(
    service: Service, arguments: tuple[str, ...], stdin: str, code: int, says: str
) -> None:
    done = service.ledger(*arguments, stdin=stdin)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_errors_are_problems_with_json_and_in_the_readers_language(service: Service) -> None:
    done = service.ledger("lookup", "--subject", "Sxyz", "--json")
    assert json.loads(done.stderr)["code"] == "not_yours"
    chinese = service.ledger("lookup", "--id", "-", LANG="zh_CN.UTF-8")
    assert chinese.stderr.startswith("错误：标准输入")
    assert service.ledger("--lang", "zh-CN", "user", "list").stderr.startswith("错误：")


def test_a_service_out_of_reach_means_that_nothing_can_be_known(service: Service) -> None:
    done = service.ledger("lookup", "--subject", "S1", LEDGER_URL="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "http://127.0.0.1:9" in done.stderr


def test_without_a_session_one_is_told_to_sign_in(tmp_path: Path) -> None:
    done = run_ledger("lookup", "--subject", "S1", home=tmp_path)
    assert done.returncode == 4
    assert "ledger login" in done.stderr


def test_login_keeps_a_token_that_only_its_owner_reads(service: Service, tmp_path: Path) -> None:
    home = tmp_path / "home"
    login = ("login", "wenmiao", "--password-stdin", "--url", service.url)
    wrong = run_ledger(*login, home=home, stdin="wrong\n")
    assert wrong.returncode == 4
    assert not (home / "cli-session.json").exists()
    done = run_ledger(*login, home=home, stdin=service.passwords["wenmiao"] + "\n")
    assert done.returncode == 0, done.stderr
    file = home / "cli-session.json"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    token = json.loads(file.read_text("utf-8"))["token"]
    assert service.passwords["wenmiao"] not in file.read_text("utf-8")
    assert run_ledger("logout", home=home).returncode == 0
    assert not file.exists()
    ended = httpx.get(f"{service.url}/v1/sessions/current", headers={"Authorization": f"Bearer {token}"})
    assert ended.status_code == 401


def test_an_operator_makes_lists_and_ends_users_and_keys(service: Service, tmp_path: Path) -> None:
    home = tmp_path / "home"
    password = service.passwords["operator"]
    run_ledger("login", "operator", "--password-stdin", "--url", service.url, home=home, stdin=password)
    made = run_ledger(
        "user", "add", "zhangwei", "--name", "张伟", "--role", "worker", "--organisation", "510181004002",
        "--community", "510181004002", "--json", home=home,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    link = json.loads(made.stdout)["link"]
    form = {"password": "a long enough sentence", "again": "a long enough sentence"}
    assert httpx.post(link, data=form).status_code == 303
    assert httpx.post(link, data=form).status_code == 401  # used up
    users = json.loads(run_ledger("user", "list", "--json", home=home).stdout)["users"]
    assert [one["signed_up"] for one in users if one["login"] == "zhangwei"] == [True]
    assert run_ledger("user", "end", "zhangwei", home=home).returncode == 0
    key = run_ledger(
        "apikey", "add", "transport", "--label", "buses", "--scope", "verdict", "--json", home=home
    )
    key_id = json.loads(key.stdout)["view"]["id"]
    assert run_ledger("apikey", "end", key_id, home=home).returncode == 0
    assert "buses" in run_ledger("apikey", "list", home=home).stdout
    assert "南桥社区" in run_ledger("org", "list", home=home).stdout
    signers = json.loads(run_ledger("signer", "list", "--json", home=home).stdout)["signers"]
    assert all(one["held_here"] for one in signers)


def test_ctrl_c_ends_a_command_with_130(service: Service) -> None:
    command = subprocess.Popen(
        [str(LEDGER), "lookup", "--id", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LEDGER_HOME": str(service.home)},
        # Started by a shell in the background, a test has SIGINT ignored, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    )
    with pytest.raises(subprocess.TimeoutExpired):
        command.wait(1)  # it waits for a number
    command.send_signal(signal.SIGINT)
    _, errors = command.communicate(timeout=10)
    assert command.returncode == 130
    assert b"Traceback" not in errors


def test_client_commands_import_nothing_of_the_service() -> None:
    program = (
        "import sys, ledger.cli.run; "
        "print([m for m in ('web3', 'sqlalchemy', 'fastapi', 'pydantic', 'eth_abi') if m in sys.modules])"
    )
    done = subprocess.run(
        [str(LEDGER.with_name("python")), "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
