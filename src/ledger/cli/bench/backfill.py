"""`ledger bench backfill`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show
from ledger.errors import CannotKnow

if TYPE_CHECKING:
    from ledger.cli.bench.city import City

_BATCH = 400
_BLOCK_BATCHES = 20
_DAY = 86_400


def backfill(
    records: Annotated[int, typer.Option("--records", min=400, help="First records on the chain.")] = 8_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """An empty SQLite index filled from a node's logs; beside fetching and decoding the same logs alone."""
    from ledger.cli.bench.city import temporary_city

    with temporary_city() as city:
        _record(city, records)
        raw = records / _read(city)
        filled = records / _backfill(city, records)
    to = "fetching and decoding the same logs"
    figures = [
        Figure("backfill.records_per_s", filled, "records/s", ratio=filled / raw, to=to),
        Figure("backfill.logs_per_s", raw, "records/s"),
        Figure("backfill.records", records, "records"),
    ]
    show("backfill", figures, as_json=json, write=write)


def _record(city: City, records: int) -> None:
    from ledger.cli.bench.city import COMMUNITY
    from ledger.cli.bench.recorder import Recorder, tags
    from ledger.domain import next_words
    from ledger.domain.codes import Method
    from ledger.encoding.types import OrganisationId, Timestamp

    recorder = Recorder(city.engine, city.vault, city.deployment)
    begin = int(time.time()) - _DAY
    everyone = tags("backfill", records)
    for start in range(0, records, _BATCH * _BLOCK_BATCHES):
        recorder.record(
            COMMUNITY,
            everyone[start : start + _BATCH * _BLOCK_BATCHES],
            lambda old: next_words.senior(
                old,
                method=Method.VISIT,
                valid_from=Timestamp(begin),
                valid_until=Timestamp(begin + 200 * _DAY),
                organisation=OrganisationId(COMMUNITY),
            ),
            batch_size=_BATCH,
        )


def _read(city: City) -> float:
    """Seconds of fetching and decoding alone."""
    from ledger.chain.blocks import head
    from ledger.chain.logs import events_between

    rpc = city.engine.rpc
    started = time.monotonic()
    events_between(rpc, city.deployment.addresses, 0, head(rpc).number)
    return time.monotonic() - started


def _backfill(city: City, expected: int) -> float:
    """Seconds until the index stands at the chain's head, and holds every record."""
    from sqlalchemy import func, select

    from ledger.relay.follower import Follower
    from ledger.store.database import Database
    from ledger.store.migrate import migrate
    from ledger.store.tables import word_history

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'index.sqlite'}")
        try:
            migrate(database)
            follower = Follower(database, city.engine, city.deployment)
            started = time.monotonic()
            while follower.tick():
                pass
            took = time.monotonic() - started
            with database.read() as conn:
                got = int(conn.execute(select(func.count()).select_from(word_history)).scalar_one())
        finally:
            database.close()
    if got != expected:
        raise CannotKnow("bench.not_recorded", got=got, expected=expected)
    return took
