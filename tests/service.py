"""The real service for tests: `ledger serve --demo` in a process of its own, with a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ledger.services.demo_city import City, build_city

PATIENCE = 90.0
LEDGER = Path(sys.executable).with_name("ledger")
NANQIAO, WENMIAO = "510181004002", "510181004003"
ENDED = ("final", "refused")


@dataclass
class Service:
    """A running service with the demonstration city in it."""

    url: str
    home: Path
    process: subprocess.Popen[str]
    announced: str
    """What it printed until it was ready."""
    city: City = field(default_factory=build_city, repr=False)
    _used: set[str] = field(default_factory=set)
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def passwords(self) -> dict[str, str]:
        """By login; the department's API key under its organisation's code."""
        lines = (self.home / "demo-users.txt").read_text("utf-8").splitlines()
        return dict(line.split("\t")[:2] for line in lines if not line.startswith("#"))

    def client(self, login: str | None = None, locale: str = "en") -> httpx.Client:
        """A client of the API, signed in as a demonstration user or with the department's key."""
        client = httpx.Client(base_url=self.url, headers={"Accept-Language": locale}, timeout=30)
        self._clients.append(client)
        if login is None:
            return client
        token = self.passwords[login]
        if not token.startswith("ak"):
            answer = client.post("/v1/sessions", json={"login": login, "password": token})
            assert answer.status_code == 201, answer.text
            token = answer.json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def browser(self, login: str | None = None, locale: str = "zh-CN") -> httpx.Client:
        """A client that keeps cookies as a browser does, signed in if a login is given."""
        client = self.client(locale=locale)
        if login is not None:
            answer = client.post("/sign-in", data={"login": login, "password": self.passwords[login]})
            assert answer.status_code == 303, answer.text
        return client

    def close(self) -> None:
        """Closes every client that was made."""
        for client in self._clients:
            client.close()

    def number(self, community: str = NANQIAO, *, oldest: int = 1946, youngest: int = 1930) -> str:
        """The identity number of somebody of a community whom no other test has asked for: old enough for the
        allowance, and no part of the demonstration's own story of deaths and stops."""
        for person in self.city.people:
            born = person.number.birth_date.year
            text = person.number.text
            if person.community == community and youngest <= born < oldest and text not in self._used:
                self._used.add(text)
                client = self.client(next(login for login, code in WORKERS.items() if code == community))
                verdict = client.get(f"/v1/subjects/{self.subject(client, text)}/verdict").json()
                open_to_all = verdict["verdict"] in {"VALID", "DUE", "GRACE", "EXPIRED", "NEVER"}
                # Whoever was certified this month can't be certified for any longer.
                if open_to_all and (verdict["valid_until"] or 0) < verdict["at"] + 330 * 86_400:
                    return text
        raise AssertionError(f"nobody is left in {community} for another test")

    def subject(self, client: httpx.Client, number: str) -> str:
        """The subject id of a number."""
        answer = client.post("/v1/subjects/resolve", json={"identity_numbers": [number]})
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["references"][0]
        return found

    def wait(self, client: httpx.Client, operation_id: str) -> dict[str, Any]:
        """The operation once it is final or refused."""
        deadline = time.monotonic() + PATIENCE
        while True:
            operation: dict[str, Any] = client.get(f"/v1/operations/{operation_id}").json()
            if operation["state"] in ENDED:
                return operation
            assert time.monotonic() < deadline, f"{operation} after {PATIENCE} s"
            time.sleep(0.05)

    def environment(self) -> dict[str, str]:
        """The environment that the service was started in."""
        return _environment(self.home, {})

    def ledger(
        self, *arguments: str, stdin: str = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command line, signed in as the service left it: the worker of Nanqiao."""
        return run_ledger(*arguments, home=self.home, stdin=stdin, environment=environment)


WORKERS = {"nanqiao": NANQIAO, "wenmiao": WENMIAO}


def run_ledger(
    *arguments: str, home: Path, stdin: str = "", environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs `ledger` to its end."""
    return subprocess.run(
        [str(LEDGER), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=_environment(home, environment or {}),
        check=False,
    )


def _environment(home: Path, others: Mapping[str, str]) -> dict[str, str]:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEDGER_", "LC_", "LANG"))
    }
    return {**own, "LEDGER_HOME": str(home), "LEDGER_CHAIN_PORT": "0", "LANG": "en_GB.UTF-8", **others}


@contextmanager
def serving(home: Path, *arguments: str, **environment: str) -> Iterator[Service]:
    """`ledger serve` from its start until it is ready, stopped with Ctrl-C at the end."""
    errors = home.parent / f"{home.name}.stderr"
    with errors.open("w") as stderr:
        process = subprocess.Popen(
            [str(LEDGER), "serve", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env=_environment(home, {"LEDGER_DEBUG": "1", **environment}),
            start_new_session=True,
        )
    assert process.stdout is not None
    printed = []
    try:
        for line in process.stdout:
            printed.append(line)
            if "Ctrl-C" in line:
                break
        else:
            raise AssertionError(
                f"ledger serve ended with {process.wait()}: {''.join(printed)}{errors.read_text('utf-8')}"
            )
        url = next(line.rsplit(" ", 1)[1].strip() for line in printed if line.startswith("Ready"))
        service = Service(url, home, process, "".join(printed))
        try:
            yield service
        finally:
            service.close()
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all tests of a session; each asks for people of its own."""
    with serving(tmp_path_factory.mktemp("service") / "var", "--demo") as service:
        yield service


@pytest.fixture(scope="session")
def worker(service: Service) -> httpx.Client:
    """The worker of Nanqiao."""
    return service.client("nanqiao")


@pytest.fixture(scope="session")
def reviewer(service: Service) -> httpx.Client:
    """The subdistrict's reviewer."""
    return service.client("guankou")


@pytest.fixture(scope="session")
def operator(service: Service) -> httpx.Client:
    """The operator."""
    return service.client("operator")


@pytest.fixture(scope="session")
def department(service: Service) -> httpx.Client:
    """The health department's systems, by API key."""
    return service.client("health")
