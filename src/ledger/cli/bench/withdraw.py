"""`ledger bench withdraw`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.client import Service

_TERMS = {"provider": "510181004", "category": "residence", "purpose": "home-care"}


def withdraw(
    people: Annotated[int, typer.Option("--people", min=10, help="Consents given, then withdrawn.")] = 100,
    json: Json = False,
    write: Write = False,
) -> None:
    """Withdrawals over HTTP at one API process, until another denies, and until they are final.

    Timed from before the request is sent; one after the other, on the embedded chain.
    """
    from ledger.cli.bench.chaos.ground import WORKER, prepare
    from ledger.cli.bench.child import LEDGER, running
    from ledger.cli.client import Service
    from ledger.settings import Settings

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        home = Path(folder) / "home"
        ground = prepare(Settings(home=home, chain_port=0, port=0, rpc_url=None), people)
        environment = {"LEDGER_HOME": str(home), "LEDGER_CHAIN_PORT": "0"}
        serve, where = (LEDGER, "serve"), Path(folder)
        with (
            running((*serve, "worker"), folder=where, environment=environment) as worker,
            running((*serve, "api", "--port", "0"), folder=where, environment=environment) as one,
            running((*serve, "api", "--port", "0"), folder=where, environment=environment) as two,
        ):
            worker.wait_for("Working")
            url, other = one.wait_for_url(), two.wait_for_url()
            body = {"login": WORKER, "password": ground.passwords[WORKER]}
            office = Service(url, Service(url, None).call("POST", "/v1/sessions", json=body)["token"])
            department = Service(other, ground.key)
            given = {someone.handle: _give(office, someone.subject) for someone in ground.people}
            for accepted in given.values():
                _wait(office, accepted["operation_id"])
            denied, final = zip(
                *(_withdraw(office, department, accepted, handle) for handle, accepted in given.items()),
                strict=True,
            )
    figures = [
        Figure("withdraw.denied_p50_ms", _percentile(denied, 0.5), "ms"),
        Figure("withdraw.denied_p99_ms", _percentile(denied, 0.99), "ms"),
        Figure("withdraw.final_p50_ms", _percentile(final, 0.5), "ms"),
        Figure("withdraw.final_p99_ms", _percentile(final, 0.99), "ms"),
    ]
    show("withdraw", figures, as_json=json, write=write)


def _give(office: Service, subject: str) -> Mapping[str, Any]:
    body = {"subject": subject, "consumer": "health", **_TERMS}
    accepted: Mapping[str, Any] = office.call("POST", "/v1/consents", json=body, record=True)
    return accepted


def _withdraw(
    office: Service, department: Service, given: Mapping[str, Any], handle: str
) -> tuple[float, float]:
    """Milliseconds until the other process denies, and until the withdrawal is final."""
    _require(department, handle, "PERMIT")
    began = time.perf_counter()
    path = f"/v1/consents/{given['consent_id']}/withdraw"
    accepted = office.call("POST", path, json={}, record=True)
    _require(department, handle, "DENY")
    denied = time.perf_counter()
    _wait(office, accepted["operation_id"])
    return (denied - began) * 1000, (time.perf_counter() - began) * 1000


def _require(department: Service, handle: str, expected: str) -> None:
    """One question: a withdrawal that was answered may not be followed by anything but DENY."""
    got = department.call("POST", "/v1/decisions", json={"handle": handle, **_TERMS})["decision"]
    if got != expected:
        raise RuntimeError(f"the decision is {got} instead of {expected}")


def _wait(office: Service, operation: str) -> None:
    while office.call("GET", f"/v1/operations/{operation}")["state"] != "final":
        time.sleep(0.002)


def _percentile(values: tuple[float, ...], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
