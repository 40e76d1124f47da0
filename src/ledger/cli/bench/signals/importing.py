"""`ledger bench signals`."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show

_ROWS = 50_000


def signals(
    people: Annotated[int, typer.Option("--people", min=100, help="People, all due.")] = 5_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """Deliveries of up to 50,000 signals taken: manifest and signature checked, people found, nothing twice.

    Six kinds over twelve months, under the departments' own handles; then all of it again, which changes
    nothing. Beside inserting as many rows of the same size into a bare SQLite file.
    """
    from ledger.bootstrap import open_api
    from ledger.cli.bench.signals.ground import deliver, deliveries, due_city
    from ledger.cli.logs import write_logs_to

    with due_city(people) as ground:
        write_logs_to(ground.settings.home / "bench.log")
        lines = again = 0
        took = took_again = 0.0
        with open_api(ground.settings) as application:
            files = list(deliveries(application, ground))
            output.note(f"{len(files)} deliveries …")
            for actor, department, data in files:
                delivery, seconds = deliver(application, actor, department, data)
                if delivery.counts.stored != delivery.counts.lines:
                    raise RuntimeError(f"of a delivery some lines were not taken: {delivery.counts}")
                lines, took = lines + delivery.counts.lines, took + seconds
            for actor, department, data in files:
                delivery, seconds = deliver(application, actor, department, data)
                if delivery.counts.unchanged != delivery.counts.lines:
                    raise RuntimeError(f"delivered again, something changed: {delivery.counts}")
                again, took_again = again + delivery.counts.lines, took_again + seconds
    bare = _bare_inserts_per_s()
    to = "inserting rows of the same size into a bare SQLite file, with the same two indexes"
    figures = [
        Figure("signals.per_s", lines / took, "lines/s", ratio=lines / took / bare, to=to),
        Figure("signals.again_per_s", again / took_again, "lines/s"),
        Figure("signals.bare_inserts_per_s", bare, "rows/s"),
        Figure("signals.lines", lines, "lines"),
    ]
    show("signals", figures, as_json=json, write=write)


def _bare_inserts_per_s() -> float:
    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        database = sqlite3.connect(Path(folder) / "bare.sqlite", isolation_level=None)
        database.executescript(
            """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE bare (id INTEGER PRIMARY KEY, subject TEXT, batch INTEGER, slot BLOB, month INTEGER,
                sealed BLOB, received INTEGER, ended INTEGER);
            CREATE UNIQUE INDEX by_slot ON bare (slot) WHERE ended IS NULL;
            CREATE INDEX by_subject ON bare (subject);
            """
        )
        random = [(f"S{place % 4_000:026}", place.to_bytes(16, "little")) for place in range(_ROWS)]
        rows = [(subject, 1, slot, 202609, bytes(64), 1_790_000_000) for subject, slot in random]
        began = time.perf_counter()
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO bare (subject, batch, slot, month, sealed, received) VALUES (?, ?, ?, ?, ?, ?)", rows
        )
        database.execute("COMMIT")
        took = time.perf_counter() - began
        database.close()
    return _ROWS / took
