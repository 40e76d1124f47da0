"""`ledger bench roster`."""

from __future__ import annotations

import secrets
import sqlite3
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.client import Service

_SUBDISTRICT = "510181004"
_OLDEST, _YOUNGEST = date(1931, 1, 1), date(1944, 12, 31)
_PER_REQUEST = 1_000
_PAUSE = 0.05
_LOGIN = "bench"


def roster(
    people: Annotated[
        int, typer.Option("--people", min=1, help="People on the roster, 80 and older.")
    ] = 5_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """A roster of people imported, certified and final, over HTTP to a service of its own."""
    from ledger.cli.bench.child import LEDGER, running

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        home = Path(folder) / "home"
        password = _make_worker(home)
        numbers, file = synthetic_roster(people)
        command = (LEDGER, "serve", "--home", str(home), "--port", "0")
        with running(command, folder=Path(folder)) as child:
            service = _sign_in(child.wait_for_url(), password)
            started = time.monotonic()
            _import(service, file, people)
            imported = time.monotonic()
            _certify(service, numbers)
            accepted = time.monotonic()
            _wait(service)
            final = time.monotonic()
            figures = [
                Figure("roster.s", final - started, "s"),
                Figure("roster.import_s", imported - started, "s"),
                Figure("roster.accept_s", accepted - imported, "s"),
                Figure("roster.final_s", final - accepted, "s"),
                Figure("service.rss_mib", child.peak_mib(), "MiB"),
                Figure("chain.rss_mib", child.peak_mib(of_child=True), "MiB"),
            ]
        _require_final(home, people)
    show("roster", figures, as_json=json, write=write)


def _make_worker(home: Path) -> str:
    """An installation with a worker of all communities; their password."""
    from ledger.cli.installation import opened
    from ledger.services.actors import Role
    from ledger.services.demo_city.communities import demo_communities
    from ledger.services.founding.operator import SYSTEM
    from ledger.settings import Settings

    password = secrets.token_urlsafe(16)
    with opened(Settings(home=home, port=0, chain_port=0)) as application:
        invitation = application.accounts.create_user(
            SYSTEM,
            login=_LOGIN,
            display_name=_LOGIN,
            role=Role.WORKER,
            organisation=_SUBDISTRICT,
            communities=[community.code for community in demo_communities()],
        )
        application.accounts.accept(invitation.token, password)
    return password


def synthetic_roster(people: int) -> tuple[list[str], bytes]:
    """Identity numbers under the synthetic prefix, and the CSV with them."""
    from ledger.domain.identity_number import SYNTHETIC_PREFIX, Sex, check_digit
    from ledger.services.demo_city.communities import demo_communities
    from ledger.services.demo_city.draws import Draws
    from ledger.services.demo_city.names import draw_name

    draws = Draws(people)
    communities = demo_communities()
    days = (_YOUNGEST - _OLDEST).days
    numbers, lines = [], ["姓名,身份证号,社区"]
    for position in range(people):
        birth = _OLDEST + timedelta(days=position % days)
        # The last of the three sequence digits is odd for men.
        sequence = position // days
        first_17 = f"{SYNTHETIC_PREFIX}{birth:%Y%m%d}{sequence:03}"
        numbers.append(first_17 + check_digit(first_17))
        name = draw_name(draws, Sex.MALE if sequence % 2 else Sex.FEMALE, birth.year)
        lines.append(f"{name},{numbers[-1]},{communities[position % len(communities)].code}")
    return numbers, "\n".join(lines).encode()


def _sign_in(url: str, password: str) -> Service:
    from ledger.cli.client import Service

    answer = Service(url, None).call("POST", "/v1/sessions", json={"login": _LOGIN, "password": password})
    return Service(url, answer["token"])


def _import(service: Service, file: bytes, people: int) -> None:
    answer = service.call("POST", "/v1/subjects/import", form={"file": ("roster.csv", file, "text/csv")})
    if answer["counts"]["created"] != people:
        raise RuntimeError(f"the import of {people} people says {answer['counts']}, {answer['problems'][:3]}")


def _certify(service: Service, numbers: list[str]) -> None:
    for start in range(0, len(numbers), _PER_REQUEST):
        items = [
            {"identity_number": number, "action": "certify", "method": "visit"}
            for number in numbers[start : start + _PER_REQUEST]
        ]
        answer = service.call("POST", "/v1/certifications", json={"items": items}, record=True)
        refused = [one for one in answer["operations"] if one["state"] == "rejected"]
        if refused:
            raise RuntimeError(f"{len(refused)} certifications were not taken: {refused[0]}")


def _wait(service: Service) -> None:
    """Until nothing that was accepted is still on its way."""
    while service.call("GET", "/readyz")["waiting"]:
        time.sleep(_PAUSE)


def _require_final(home: Path, people: int) -> None:
    """A figure counts only if every record came through."""
    database = sqlite3.connect(home / "ledger.sqlite")
    states = dict(database.execute("SELECT state, count(*) FROM operations GROUP BY state"))
    database.close()
    if states != {"final": people}:
        raise RuntimeError(f"of {people} certifications these became final or not: {states}")
