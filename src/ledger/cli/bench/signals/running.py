"""`ledger bench seamless`."""

from __future__ import annotations

import multiprocessing
import resource
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.signals.ground import Ground

_SEEDS = (1, 2, 3)


def seamless(
    people: Annotated[int, typer.Option("--people", min=100, help="People, all due.")] = 25_000,
    postgres: Annotated[
        bool, typer.Option("--postgres", help="On a PostgreSQL server of its own, not on SQLite.")
    ] = False,
    simulated: Annotated[
        int, typer.Option("--simulated", min=0, help="People in each of three simulated cities; 0 for none.")
    ] = 5_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """A night's run over people who are all due, with twelve months of signals of six kinds; without a chain.

    In a process of its own, whose memory is measured; beside reading and opening the same signals. Then three
    simulated cities, over two years of runs each, under the rules and under weaker ones: figures named
    `simulated.` say nothing about any real city.
    """
    from ledger.cli.bench.postgres import postgres_server
    from ledger.cli.bench.signals.ground import due_city

    with ExitStack() as stack:
        url = None
        if postgres:
            url = stack.enter_context(postgres_server(syncs=True)).create("bench")
        ground = stack.enter_context(due_city(people, url))
        lines = _fill(ground)
        opened = _in_child(_open_all, ground)
        ran = _in_child(_run, ground)
    if ran["certified"] < people * 0.9:
        raise RuntimeError(f"of {people} people only {ran['certified']} were certified")
    figures = [
        Figure(
            "seamless.run_s",
            ran["seconds"],
            "s",
            ratio=ran["seconds"] / opened["seconds"],
            to="reading and opening the same signals",
        ),
        Figure("seamless.cpu_s", ran["cpu"], "s of processor time"),
        Figure("seamless.people_per_s", people / ran["seconds"], "people/s"),
        Figure("seamless.rss_mib", ran["rss_mib"], "MiB"),
        Figure("seamless.certified", ran["certified"], "people"),
        Figure("seamless.people", people, "people"),
        Figure("seamless.lines", lines, "lines"),
        *_simulated(simulated),
    ]
    show("seamless", figures, as_json=json, write=write)


def _fill(ground: Ground) -> int:
    from ledger.bootstrap import open_api
    from ledger.cli.bench.signals.ground import deliver, deliveries
    from ledger.cli.logs import write_logs_to

    write_logs_to(ground.settings.home / "bench.log")
    lines = 0
    with open_api(ground.settings) as application:
        for actor, department, data in deliveries(application, ground):
            lines += deliver(application, actor, department, data)[0].counts.stored
    output.note(f"{lines} lines …")
    return lines


def _in_child(work: Any, ground: Ground) -> dict[str, float]:
    """What `work` measures in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        found: dict[str, float] = pool.apply(work, (ground,))
    return found


def _run(ground: Ground) -> dict[str, float]:
    from ledger.bootstrap import open_api

    with open_api(ground.settings) as application:
        operator = application.sessions.actor_of(ground.operator)
        began, cpu = time.perf_counter(), time.process_time()
        found = application.seamless.runs.run(operator)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    certified = sum(counts.get("certify", 0) for counts in found.counts.values())
    return {
        "seconds": seconds,
        "cpu": cpu,
        "certified": certified,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _open_all(ground: Ground) -> dict[str, float]:
    from ledger.bootstrap import open_api
    from ledger.encoding.types import Timestamp
    from ledger.services.seamless.runs import PEOPLE_AT_ONCE, due_people

    with open_api(ground.settings) as application:
        programme = application.programmes["senior-allowance"]
        began = time.perf_counter()
        with application.database.read() as conn:
            ids = due_people(conn, programme, Timestamp(int(time.time())))
            for start in range(0, len(ids), PEOPLE_AT_ONCE):
                application.signals.kept.read(conn, ids[start : start + PEOPLE_AT_ONCE])
        return {"seconds": time.perf_counter() - began}


def _simulated(people: int) -> list[Figure]:
    """Three cities together, under each of the rules."""
    if not people:
        return []
    from ledger.cli.simulate.city import simulate, variants
    from ledger.cli.simulate.figures import NAMES, told
    from ledger.cli.simulate.rates import read_rates
    from ledger.domain.programmes import shipped

    (programme,) = (one for one in shipped() if one.seamless is not None)
    output.note(f"{len(_SEEDS)} simulated cities of {people} people …")
    cities = [simulate(read_rates(), programme, people=people, months=24, seed=seed) for seed in _SEEDS]
    figures = []
    for rules, variant in variants(programme).items():
        found = told(*(city.course(variant) for city in cities))
        for name in NAMES:
            share = getattr(found, name)
            low, high = share.interval
            figures += [
                Figure(f"simulated.{rules}.{name}", (share.value or 0.0) * 100, "%"),
                Figure(f"simulated.{rules}.{name}_low", low * 100, "% (Wilson, 95 %)"),
                Figure(f"simulated.{rules}.{name}_high", high * 100, "% (Wilson, 95 %)"),
            ]
        figures.append(Figure(f"simulated.{rules}.visits", found.visits, "visits and calls"))
    return figures
