"""`ledger simulate city`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.cli.simulate.course import Course
    from ledger.cli.simulate.figures import Told
    from ledger.domain.programmes import Programme


def city(
    subjects: Annotated[int, typer.Option("--subjects", min=1, help="People, 80 and older.")] = 5_000,
    months: Annotated[
        int, typer.Option("--months", min=1, max=120, help="Months of runs, after a year of signals.")
    ] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same city.")] = 1,
    rates: Annotated[
        Path | None, typer.Option("--rates", metavar="FILE", help="Other rates than the shipped ones.")
    ] = None,
    rules: Annotated[
        list[Path] | None,
        typer.Option("--rules", metavar="FILE", help="Programme files to compare; may be repeated."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write an HTML page with plots.")
    ] = None,
    json: Json = False,
) -> None:
    """Simulate a city whose truth is known, under the shipped rules and three weaker ones, or under yours."""
    from ledger.cli.simulate.city import simulate, variants
    from ledger.cli.simulate.figures import told
    from ledger.cli.simulate.rates import read_rates
    from ledger.domain.programmes import shipped

    programmes = _given(rules) if rules else dict(variants(next(shipped())))
    first = next(iter(programmes.values()))
    with output.progress() as bar:
        bar("cli.simulate.living", 0, 1)
        made = simulate(read_rates(rates), first, people=subjects, months=months, seed=seed)
        bar("cli.simulate.living", 1, 1)
        courses: dict[str, Course] = {}
        for done, (name, programme) in enumerate(programmes.items()):
            bar("cli.simulate.running", done, len(programmes))
            courses[name] = made.course(programme)
        bar("cli.simulate.running", len(programmes), len(programmes))
    figures = {name: told(course) for name, course in courses.items()}
    if report:
        _write(report, figures, courses, subjects=subjects, months=months, seed=seed)
    if json:
        output.show(
            {
                "simulated": True,
                "subjects": subjects,
                "months": months,
                "seed": seed,
                "rules": {name: _as_json(one, courses[name]) for name, one in figures.items()},
            }
        )
        return
    output.line(output.say("cli.simulate.label", subjects=subjects, months=months, seed=seed))
    output.table(_headings(figures), _rows(figures))


def _given(files: list[Path]) -> dict[str, Programme]:
    from ledger.domain.programmes import parse

    found = {}
    for file in files:
        try:
            programme = parse(file.read_text("utf-8"))
        except OSError as error:
            raise BadInput("cli.file_unreadable", file=str(file)) from error
        _ = programme.seamless_rules
        found[file.stem if file.stem not in found else str(file)] = programme
    return found


def _headings(figures: Mapping[str, Told]) -> list[str]:
    return [output.say("cli.simulate.figure"), *(_name(one) for one in figures)]


def _name(rules: str) -> str:
    from ledger.texts.messages import catalogue

    return catalogue(output.locale()).get(f"cli.simulate.rules_{rules}", rules)


def _rows(figures: Mapping[str, Told]) -> list[list[str]]:
    from ledger.cli.simulate.figures import NAMES, shown

    rows = [
        [output.say(f"cli.simulate.{name}"), *(shown(getattr(one, name)) for one in figures.values())]
        for name in NAMES
    ]
    return [*rows, [output.say("cli.simulate.visits"), *(f"{one.visits:,}" for one in figures.values())]]


def _as_json(told: Told, course: Course) -> dict[str, Any]:
    from ledger.cli.simulate.figures import NAMES

    shares = {name: getattr(told, name) for name in NAMES}
    return {
        **{
            name: {
                "hits": one.hits,
                "total": one.total,
                "share": one.value,
                "low": one.interval[0],
                "high": one.interval[1],
            }
            for name, one in shares.items()
        },
        "visits": told.visits,
        "counts": {name: value for name, value in asdict(course).items() if name != "weekly"},
    }


def _write(
    path: Path,
    figures: Mapping[str, Told],
    courses: Mapping[str, Course],
    *,
    subjects: int,
    months: int,
    seed: int,
) -> None:
    from ledger.audit.report import plots
    from ledger.cli.report_page import ReportPage, Section, write

    name, course = next(iter(courses.items()))
    series = [output.say("cli.simulate.renewed"), output.say("cli.simulate.left")]
    weekly = [(day.isoformat(), counts) for day, counts in course.weekly.items()]
    page = ReportPage(
        title=output.say("cli.simulate.title"),
        note=output.say("cli.simulate.label", subjects=subjects, months=months, seed=seed),
        sections=[Section(output.say("cli.simulate.compared"), _headings(figures), _rows(figures))],
        plots=[
            plots.columns(output.say("cli.simulate.by_run", rules=_name(name)), series, weekly),
            plots.bars(
                output.say("cli.simulate.visits"),
                output.say("cli.simulate.visits"),
                [(_name(one), told.visits) for one, told in figures.items()],
            ),
        ],
    )
    write(page, path, output.locale())
