"""`ledger bench decide`."""

from __future__ import annotations

import json as json_module
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.bench.figures import Figure, show

if TYPE_CHECKING:
    from ledger.cli.bench.decide.ground import Ground
    from ledger.cli.bench.decide.load import Load

_PATH = "/v1/decisions"
_CONNECTIONS = 8
_QUESTIONS = 4_000
_PROVEN_AT_ONCE = 300


def decide(
    people: Annotated[
        int, typer.Option("--people", min=100, help="Certified people, each with five consents on the chain.")
    ] = 100_000,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="How long each load runs.")] = 10.0,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decisions over HTTP by one process, each durably logged: plain, and with proofs."""
    from ledger.cli.bench.child import LEDGER, running
    from ledger.cli.bench.decide.ground import TUPLES, prepare
    from ledger.settings import Settings

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        home = Path(folder) / "home"
        ground = prepare(
            Settings(home=home, port=0, chain_port=0), people, lambda said: print(said, file=sys.stderr)
        )
        bare = _bare(Path(folder), seconds)
        command = (LEDGER, "serve", "--home", str(home), "--port", "0")
        with running(command, folder=Path(folder), environment={"LEDGER_CHAIN_PORT": "0"}) as child:
            url = child.wait_for_url()
            plain = _plain(url, ground, seconds)
            proven, proof = _proven(url, ground, seconds)
        to = "a bare ASGI route, SELECT and INSERT committed in groups"
        slots = f"{people * (1 + len(TUPLES)):,} slots"
        figures = [
            Figure("decide.per_s", plain.per_s, "decisions/s", ratio=plain.per_s / bare.per_s, to=to),
            Figure("decide.bare_per_s", bare.per_s, "requests/s"),
            Figure(
                "decide.p99_ms",
                plain.percentile(0.99) * 1e3,
                "ms",
                ratio=plain.percentile(0.99) / bare.percentile(0.99),
                to=to,
            ),
            Figure(
                "decide.proof_per_s",
                proven,
                "decisions/s",
                ratio=proven / plain.per_s,
                to=f"decisions without proof, at {slots}",
            ),
            Figure("proof.bytes", len(proof), "B"),
            Figure("verify.ms", _verify(home, proof) * 1e3, "ms"),
        ]
    show("decide", figures, as_json=json)


def _bare(folder: Path, seconds: float) -> Load:
    from ledger.cli.bench.child import running
    from ledger.cli.bench.decide.load import drive

    command = (sys.executable, "-m", "ledger.cli.bench.decide.bare", str(folder))
    with running(command, folder=folder) as child:
        url = child.wait_for_url()
        return drive(url, "/", [b"{}"], key="none", connections=_CONNECTIONS, measured=seconds)


def _question(handle: str, number: int) -> dict[str, Any]:
    from ledger.cli.bench.decide.ground import PROVIDER, TUPLES

    category, purpose = TUPLES[number % len(TUPLES)]
    return {"handle": handle, "provider": PROVIDER, "category": category, "purpose": purpose}


def _plain(url: str, ground: Ground, seconds: float) -> Load:
    from ledger.cli.bench.decide.load import drive

    asked = random.Random(1).sample(ground.handles, min(_QUESTIONS, len(ground.handles)))  # noqa: S311
    bodies = [json_module.dumps(_question(handle, at)).encode() for at, handle in enumerate(asked)]
    return drive(url, _PATH, bodies, key=ground.key, connections=_CONNECTIONS, measured=seconds)


def _proven(url: str, ground: Ground, seconds: float) -> tuple[float, bytes]:
    """Decisions a second with proofs, many to a request; one of the proofs."""
    from ledger.cli.bench.decide.load import drive
    from ledger.cli.client import Service

    items = [
        {**_question(handle, at), "proof": True}
        for at, handle in enumerate(ground.handles[-_PROVEN_AT_ONCE:])
    ]
    first = Service(url, ground.key).call("POST", _PATH, json=items[0])
    body = json_module.dumps({"items": items}).encode()
    load = drive(url, _PATH, [body], key=ground.key, connections=2, warm_up=0.0, measured=3 * seconds)
    proof = json_module.dumps(first["proof"], separators=(",", ":")).encode()
    return load.per_s * len(items), proof


def _verify(home: Path, proof: bytes, tries: int = 50) -> float:
    """Seconds to check a proof offline."""
    from ledger.chain.deployment import Deployment
    from ledger.domain.proofs.checks import Outcome
    from ledger.domain.proofs.verification import verify
    from ledger.keys.signatures import recover

    pinned = Deployment.load(home / "deployment.json").pinned
    started = time.perf_counter()
    for _ in range(tries):
        if verify(proof, pinned, recover).outcome is not Outcome.HOLDS:
            raise RuntimeError("a proof of the service does not hold")
    return (time.perf_counter() - started) / tries
