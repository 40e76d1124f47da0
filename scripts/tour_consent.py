"""A tour of consent that can be proved, on an installation of its own: python scripts/tour_consent.py

An elder permits one thing. A department is told so, with a proof that it checks while everything is switched
off; it reads what it may, with a receipt that it checks against the chain. The elder takes the consent back.
That her neighbour never gave one is proved as well. She reads her statement, is erased, and the ledger still
replays. Every step is a command that you may run yourself; exit code 0 if each came out as it says here.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from ledger.domain.identity_number import SYNTHETIC_PREFIX, check_digit

LEDGER = Path(sys.executable).with_name("ledger")
TERMS = ("--provider", "510181004", "--category", "mobility", "--purpose", "home-care")
ASK = ("decide", *TERMS, "--json")
_PATIENCE = 120


class TourFailed(Exception):
    """A step that came out otherwise than told."""


class Tour:
    """One installation in a folder, and who acts in it."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "installation"
        self.folder = folder
        self.pinned = folder / "pinned.json"
        self._url = ""
        self._tokens: dict[str, str] = {}

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The service at work, until the block ends."""
        with (self.folder / "service.stderr").open("a") as errors:
            process = subprocess.Popen(
                [LEDGER, "serve", "--port", "0", "--demo"],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env=self._environment(),
                start_new_session=True,
            )
        try:
            self._url = _address(process)
            self._sign_in()
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_PATIENCE)
            finally:
                process.kill()
                process.wait()

    def run(self, who: str | None, *arguments: str, expected: int = 0, stdin: str = "") -> Any:
        """Runs a command as somebody, shows it, and gives its JSON. Raises TourFailed for another exit
        code.
        """
        shown = " ".join(argument.replace(str(self.folder) + "/", "") for argument in arguments)
        print(f"  {who or '-'}$ ledger {shown}")
        acting = {"LEDGER_URL": self._url, "LEDGER_TOKEN": self._tokens[who]} if who else {}
        done = subprocess.run(
            [LEDGER, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env={**self._environment(), **acting},
            check=False,
        )
        if done.returncode != expected:
            raise TourFailed(f"exit code {done.returncode}, expected {expected}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout) if "--json" in arguments else done.stdout

    def resolve(self, number: str) -> str:
        """The health department's own handle of a person whose number it has."""
        answer = httpx.post(
            f"{self._url}/v1/subjects/resolve",
            json={"identity_numbers": [number]},
            headers={"Authorization": f"Bearer {self._tokens['health']}"},
            timeout=_PATIENCE,
        )
        handle: str = answer.raise_for_status().json()["references"][0]
        return handle

    def file(self, name: str) -> str:
        """A file of the tour's."""
        return str(self.folder / name)

    @property
    def against(self) -> tuple[str, ...]:
        """What a check is made against: the chain's node, and the deployment that was pinned."""
        node = (self.home / "chain" / "running").read_text("utf-8")
        return ("--deployment", str(self.pinned), "--rpc", node, "--json")

    def wait_until_anchored(self) -> None:
        """Returns when the last entry of the access log is anchored on the chain."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            tree = httpx.get(f"{self._url}/v1/access-log/tree", timeout=_PATIENCE).json()
            if tree["waiting_since"] is None:
                return
            if time.monotonic() > deadline:
                raise TourFailed("the access log was not anchored")
            time.sleep(0.2)

    def _sign_in(self) -> None:
        lines = (self.home / "demo-users.txt").read_text("utf-8").splitlines()
        passwords = dict(line.split("\t")[:2] for line in lines if not line.startswith("#"))
        self._tokens["health"] = passwords["health"]
        for login in ("nanqiao", "guankou", "minzheng", "auditor"):
            body = {"login": login, "password": passwords[login]}
            answer = httpx.post(f"{self._url}/v1/sessions", json=body, timeout=_PATIENCE)
            self._tokens[login] = answer.raise_for_status().json()["token"]

    def _environment(self) -> Mapping[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("LEDGER_")},
            "LEDGER_HOME": str(self.home),
            "LEDGER_CHAIN_PORT": "0",
            "LEDGER_ANCHOR_EVERY": "1",
            "LEDGER_RETENTION_DAYS": "0",  # the tour's elder has no archive duty: erased at once
        }


def main() -> int:
    """The whole tour."""
    with TemporaryDirectory(prefix="ledger-tour-") as folder:
        tour = Tour(Path(folder))
        try:
            _walk(tour)
        except TourFailed as error:
            print(f"\nThe tour ends here: {error}", file=sys.stderr)
            return 1
    print("\nEverything came out as told.")
    return 0


def _walk(tour: Tour) -> None:
    number, neighbour = _number(1), _number(2)
    _say("1. An installation of its own starts")
    with tour.serving():
        shutil.copy(tour.home / "deployment.json", tour.pinned)
        roster = tour.folder / "roster.csv"
        roster.write_text(f"姓名,身份证号\n陶素芬,{number}\n邻居,{neighbour}\n", "utf-8")
        tour.run("nanqiao", "roster", "import", str(roster), "--json")
        given = _permit(tour, number)
    _say("5. Service and node are switched off; the proof is checked all the same")
    _verify(tour, "permit.json", "given")
    _say("6. Back on: she takes it back, and is obeyed at once")
    with tour.serving():
        tour.run("nanqiao", "consent", "withdraw", given["id"], "--json")
        denied = tour.run("health", *ASK, "--handle", tour.resolve(number), expected=1)
        _expect(denied["decision"], "DENY")
        _neighbour(tour, neighbour)
        _statement(tour, given["subject_id"])
        _erase(tour, given["subject_id"], tour.resolve(number))


def _permit(tour: Tour, number: str) -> Any:
    """Given, decided with a proof, read with a receipt."""
    _say("2. She permits one thing, and it is final on the chain")
    to_health = ("--id", "-", "--consumer", "health", *TERMS, "--wait", "--json")
    tour.run("nanqiao", "consent", "give", *to_health, stdin=number)
    (given,) = tour.run("nanqiao", "consent", "list", "--id", "-", "--json", stdin=number)["consents"]
    _say("3. The department asks, and keeps the proof")
    handle = tour.resolve(number)
    decided = tour.run("health", *ASK, "--handle", handle, "--proof", tour.file("permit.json"))
    _expect(decided["decision"], "PERMIT")
    _say("4. It reads what it may, with a receipt that the chain confirms")
    reading = ("data", "--handle", handle, "--purpose", "home-care", "--json")
    read = tour.run("health", *reading, "--category", "mobility", "--receipt", tour.file("receipt.json"))
    _expect(read["data"], {"level": "normal"})
    refused = tour.run("health", *reading, "--category", "residence", expected=1)
    _expect(refused["data"], None)
    tour.wait_until_anchored()
    proof = tour.file("access-proof.json")
    tour.run("health", "access-log", "prove", tour.file("receipt.json"), "--out", proof)
    tour.run(None, "access-log", "check", proof, *tour.against)
    tour.run("health", "access-log", "watch", *tour.against)
    return given


def _neighbour(tour: Tour, number: str) -> None:
    _say("7. That her neighbour never gave such a consent is proved")
    handle, proof = tour.resolve(number), tour.file("absence.json")
    never = tour.run("health", *ASK, "--handle", handle, "--proof", proof, expected=1)
    _expect(never["reason_code"], "no_basis")
    _verify(tour, "absence.json", "never")


def _statement(tour: Tour, subject: str) -> None:
    _say("8. Her statement: who asked what, and what they got")
    statement = tour.run("nanqiao", "statement", subject, "--json")
    for page in statement["pages"]:
        for line in page["requests"]:
            got = "yes" if line["granted"] else "no"
            print(f"      {line['organisation']} {line['action']} {line['category'] or ''}: {got}")
    Path(tour.file("code.txt")).write_text(statement["pages"][-1]["code"], "ascii")
    tour.wait_until_anchored()
    tour.run("nanqiao", "access-log", "check", tour.file("code.txt"), *tour.against)
    tour.run("nanqiao", "statement", subject, "--html", tour.file("statement.html"))


def _erase(tour: Tour, subject: str, handle: str) -> None:
    _say("9. She is erased: one organisation asks, another confirms")
    ground = ("--reason", "withdrawal-of-all-consents")
    (asked,) = tour.run("guankou", "erase", subject, *ground, "--json")
    _expect(asked["state"], "requested")
    (erased,) = tour.run("minzheng", "erase", subject, *ground, "--confirm", "--json")
    _expect(erased["state"], "erased")
    tour.run("nanqiao", "lookup", "--subject", subject, expected=4)
    tour.run("health", *ASK[:-1], "--handle", handle, expected=4)
    _say("10. The ledger replays, and what the department was given holds for ever")
    database = f"sqlite:///{tour.home / 'ledger.sqlite'}"
    found = tour.run(None, "audit", "replay", *tour.against, "--database", database)
    _expect(found["findings"], [])
    _verify(tour, "permit.json", "given")


def _verify(tour: Tour, name: str, meaning: str) -> None:
    checked = tour.run(None, "verify", tour.file(name), "--deployment", str(tour.pinned), "--json")
    _expect((checked["outcome"], checked["shown"]["meaning"]), ("holds", meaning))


def _address(process: subprocess.Popen[str]) -> str:
    """Where the service listens, once it says so."""
    url = ""
    for line in process.stdout or ():
        if "http://" in line and not url:
            url = next(word for word in line.split() if word.startswith("http://")).rstrip(".")
        if "Ctrl-C" in line:
            return url
    raise TourFailed(f"the service ended with {process.wait()}")


def _number(sequence: int) -> str:
    """An identity number under the prefix that no division has."""
    first_17 = f"{SYNTHETIC_PREFIX}{date(1938, 2, 3):%Y%m%d}{900 + sequence}"
    return first_17 + check_digit(first_17)


def _expect(got: object, expected: object) -> None:
    if got != expected:
        raise TourFailed(f"got {got!r}, expected {expected!r}")
    print(f"      → {got}")


def _say(text: str) -> None:
    print(f"\n{text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
