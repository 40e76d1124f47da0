"""`ledger bench lookup`."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.settings import Settings

_WRITES_PER_S = 200
_WRITES_A_REQUEST = 20
_MEASURED = 10.0
_LOGIN, _PASSWORD = "bench-worker", "a password for one run"  # of an installation that is gone after it


def lookup(
    people: Annotated[int, typer.Option("--people", min=100, help="People, each certified.")] = 2_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """Verdicts to a department over HTTP from one API process, eight connections, random people.

    Meanwhile a worker sends 200 changes a second to the same process, and they go to the chain. Each answer
    is logged, and synced to the disk, before it is given. Beside a bare SELECT of the word on the same file.
    """
    from ledger.cli.bench.child import LEDGER, running
    from ledger.cli.bench.decide.ground import prepare
    from ledger.cli.bench.decide.load import drive_gets
    from ledger.settings import Settings

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        home = Path(folder) / "home"
        settings = Settings(home=home, chain_port=0, port=0, rpc_url=None)
        ground = prepare(settings, people, output.note, consents=0)
        subjects = _make_worker(settings)
        environment = {"LEDGER_HOME": str(home), "LEDGER_CHAIN_PORT": "0"}
        serve = (LEDGER, "serve")
        with (
            running((*serve, "worker"), folder=Path(folder), environment=environment) as worker,
            running((*serve, "api", "--port", "0"), folder=Path(folder), environment=environment) as api,
        ):
            worker.wait_for("Working")
            url = api.wait_for_url()
            paths = [f"/v1/handles/{handle}/verdict" for handle in ground.handles]
            Random(1).shuffle(paths)  # noqa: S311
            with _writing(url, subjects) as written:
                time.sleep(1.0)
                before, began, first = api.cpu_seconds(), time.monotonic(), written[0]
                load = drive_gets(url, paths, key=ground.key, warm_up=2.0, measured=_MEASURED)
                lasted = time.monotonic() - began
                writes = (written[0] - first) / lasted
                busy = api.cpu_seconds() - before
            rss = api.peak_mib()
        bare = _bare_selects_per_s(home / "ledger.sqlite")
    to = "bare SELECT of the word by its key, one connection"
    figures = [
        Figure("lookup.per_s", load.per_s, "answers/s", ratio=load.per_s / bare, to=to),
        Figure("lookup.per_core_s", load.per_s * (_MEASURED + 2.0) / busy, "answers/s of processor time"),
        Figure("lookup.p50_ms", load.percentile(0.5) * 1000, "ms"),
        Figure("lookup.p99_ms", load.percentile(0.99) * 1000, "ms"),
        Figure("lookup.writes_per_s", writes, "changes/s"),
        Figure("lookup.select_per_s", bare, "rows/s"),
        Figure("lookup.people", people, "people"),
        Figure("service.rss_mib", rss, "MiB"),
    ]
    show("lookup", figures, as_json=json, write=write)


def _make_worker(settings: Settings) -> Sequence[str]:
    """Signs a worker up; the people whom they may see."""
    from ledger.bootstrap import open_application
    from ledger.cli.bench.decide.ground import COMMUNITY
    from ledger.services.actors import Role
    from ledger.services.founding.operator import SYSTEM
    from ledger.store import subjects

    with open_application(settings) as application:
        invitation = application.accounts.create_user(
            SYSTEM,
            login=_LOGIN,
            display_name=_LOGIN,
            role=Role.WORKER,
            organisation=COMMUNITY,
            communities=[COMMUNITY],
        )
        application.accounts.accept(invitation.token, _PASSWORD)
        worker = application.sessions.actor_of(invitation.user.id)
        with application.database.read() as conn:
            return [row.id for row in subjects.in_communities(conn, [worker.organisation])]


@contextmanager
def _writing(url: str, subjects: Sequence[str]) -> Iterator[list[int]]:
    """Changes at their rate until the end; their number, as it grows, in a list of one."""
    from ledger.cli.client import Service

    answer = Service(url, None).call("POST", "/v1/sessions", json={"login": _LOGIN, "password": _PASSWORD})
    service = Service(url, answer["token"])
    written, ended = [0], threading.Event()

    def work() -> None:
        started = time.monotonic()
        said = ("consented", "objected")
        while not ended.is_set():
            start = written[0]
            items = [
                {
                    "subject": subjects[place % len(subjects)],
                    "action": "authorise",
                    "authorisation": said[place // len(subjects) % 2],
                }
                for place in range(start, start + _WRITES_A_REQUEST)
            ]
            service.call("POST", "/v1/certifications", json={"items": items}, record=True)
            written[0] += _WRITES_A_REQUEST
            ended.wait(max(0.0, started + written[0] / _WRITES_PER_S - time.monotonic()))

    thread = threading.Thread(target=work, name="writer")
    thread.start()
    try:
        yield written
    finally:
        ended.set()
        thread.join()


def _bare_selects_per_s(file: Path) -> float:
    """What SQLite itself does of the same question, in Python, without anything around it."""
    with sqlite3.connect(file) as database:
        tags = [tag for (tag,) in database.execute("SELECT tag FROM words WHERE programme = 1")]
        Random(2).shuffle(tags)  # noqa: S311
        query, done = "SELECT word FROM words WHERE programme = 1 AND tag = ?", 0
        started = time.perf_counter()
        while (took := time.perf_counter() - started) < 1.0:
            for tag in tags[:1000]:
                database.execute(query, (tag,)).fetchone()
            done += len(tags[:1000])
        return done / took
