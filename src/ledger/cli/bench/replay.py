"""`ledger bench replay`."""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.city import City
    from ledger.domain.events import Event

_PER_BATCH = 100
_PER_TRANSACTION = 1_000
_DAY = 86_400
_LIMIT = "libsecp256k1 recoveries on all cores"


def replay(
    records: Annotated[int, typer.Option("--records", min=1, help="First records, 100 to a batch.")] = 50_000,
    singles: Annotated[int, typer.Option("--singles", min=1, help="Records signed one by one.")] = 30_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """Replay of a ledger from its node, beside what recovering the signatures alone takes here."""
    from ledger.cli.bench.city import temporary_city

    with temporary_city() as city:
        _write(city, records, _PER_BATCH)
        command_s, rss = _run_command(city)
        batch_s = _replay(city, records)
        reduce_s = _reduce(city)
    with temporary_city() as city:
        _write(city, singles, 1)
        single_s = _replay(city, singles)
    limit = _recoveries_per_s()
    figures = [
        Figure("replay.command_s", command_s, "s"),
        Figure("replay.rss_mib", rss, "MiB"),
        Figure("replay.batch_per_s", records / batch_s, "records/s", records / batch_s / limit, _LIMIT),
        Figure("replay.single_per_s", singles / single_s, "records/s", singles / single_s / limit, _LIMIT),
        Figure("replay.reduce_per_s", records / reduce_s, "records/s"),
        Figure("replay.recover_per_s", limit, "recoveries/s"),
    ]
    show("replay", figures, as_json=json, write=write)


def _write(city: City, records: int, batch_size: int) -> None:
    from ledger.cli.bench.city import COMMUNITY
    from ledger.cli.bench.recorder import Recorder, tags
    from ledger.domain import next_words
    from ledger.domain.codes import Method

    recorder = Recorder(city.engine, city.vault, city.deployment)
    begin = int(time.time()) - _DAY
    subjects = tags("subject", records)
    for start in range(0, records, _PER_TRANSACTION):
        recorder.record(
            COMMUNITY,
            subjects[start : start + _PER_TRANSACTION],
            lambda old: next_words.senior(
                old,
                method=Method.VISIT,
                valid_from=begin,
                valid_until=begin + 200 * _DAY,
                organisation=COMMUNITY,
            ),
            batch_size=batch_size,
        )


def _run_command(city: City) -> tuple[float, float]:
    """Seconds of `ledger audit replay` from its start to its end, and its largest memory, MiB."""
    from ledger.cli.bench.child import LEDGER, run_measured

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        file = Path(folder) / "deployment.json"
        city.deployment.save(file)
        command = (LEDGER, "audit", "replay", "--rpc", city.engine.url, "--deployment", str(file))
        run = run_measured(command)
    if run.code != 0:
        raise RuntimeError(f"the replay ended with {run.code}")
    return run.seconds, run.mib


def _replay(city: City, expected: int) -> float:
    from ledger.audit.replay import replay as run

    result = run(city.engine.rpc, city.deployment)
    if len(result.findings) or result.counts.certifications != expected:
        raise RuntimeError(f"the replay of {expected} records says {result.to_json()}")
    return result.seconds


def _reduce(city: City) -> float:
    """Seconds of the reducer alone, on one core, over all events."""
    from ledger.domain import reducer
    from ledger.domain.state import LedgerState

    events = _events(city)
    state = LedgerState(city.deployment.domains)
    started = time.perf_counter()
    for event in events:
        reducer.apply(state, event)
    return time.perf_counter() - started


def _events(city: City) -> list[Event]:
    from ledger.chain.blocks import head
    from ledger.chain.logs import events_between

    newest = head(city.engine.rpc).number
    events, _ = events_between(city.engine.rpc, city.deployment.addresses, 0, newest)
    return events


def _recoveries_per_s(tries: int = 20_000) -> float:
    """Signatures that libsecp256k1 recovers the key of in a second, with a thread on each core."""
    import coincurve

    from ledger.encoding.hashing import keccak256

    digest = keccak256(b"benchmark")
    signature = coincurve.PrivateKey().sign_recoverable(digest, hasher=None)
    recover = coincurve.PublicKey.from_signature_and_message
    threads = os.cpu_count() or 1

    def work(_: int) -> None:
        for _ in range(tries // threads):
            recover(signature, digest, hasher=None)

    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
    return tries / (time.perf_counter() - started)
