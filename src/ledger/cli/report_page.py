"""A report as one HTML file with nothing to fetch: a note, then tables and plots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from ledger.audit.report.plots import Plot
from ledger.errors import BadInput


@dataclass(frozen=True, slots=True)
class Section:
    """A table under a heading."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class ReportPage:
    """What a report holds. `note` says how its figures came about."""

    title: str
    note: str
    sections: Sequence[Section]
    plots: Sequence[Plot] = field(default_factory=tuple)


def write(page: ReportPage, path: Path, locale: str) -> None:
    """Writes it. Raises BadInput `cli.file_unwritable`."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = lambda value: f"{value:,}"
    template = resources.files("ledger.cli").joinpath("report_page.html").read_text("utf-8")
    text = environment.from_string(template).render(page=page, locale=locale)
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise BadInput("cli.file_unwritable", file=str(path)) from error
