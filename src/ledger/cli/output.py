"""What the command line prints: answers on standard output, everything else on standard error."""

from __future__ import annotations

import json as json_module
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.errors import LedgerError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID
    from rich.table import Table


_WIDEST = 100_000


@dataclass(slots=True)
class _Style:
    json: bool = False
    locale: str | None = None


_style = _Style()


def configure(*, json: bool | None = None, locale: str | None = None) -> None:
    """Sets how this process prints."""
    if json is not None:
        _style.json = json
    if locale is not None:
        _style.locale = locale


def wants_json() -> bool:
    """Whether `--json` was given."""
    return _style.json


def locale() -> str:
    """The reader's language: `--lang`, else the environment's locale."""
    if _style.locale:
        return _style.locale
    found = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-CN" if found.lower().startswith("zh") else "en"


def say(code: str, **params: object) -> str:
    """A message in the reader's language."""
    from ledger.texts.messages import text

    return text(code, locale(), **params)


def why(code: str) -> str:
    """The sentence for a verdict's reason, which a newer service may add to."""
    from ledger.texts.messages import catalogue

    texts = catalogue(locale())
    return texts.get(f"reason.{code}", texts["reason.unknown"])


def show(value: object) -> None:
    """Prints a value as JSON."""
    print(json_module.dumps(value, ensure_ascii=False, indent=2))


def line(text: str) -> None:
    """Prints a line of the answer."""
    print(text)


def note(text: str) -> None:
    """Prints a line beside the answer."""
    print(text, file=sys.stderr)


def fields(rows: Sequence[tuple[str, str]]) -> None:
    """Prints names and values in two columns."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, value)
    _print(table)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a table with a heading."""
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for position, column in enumerate(columns):
        # Ids and other words of one piece are there to be copied.
        shown.add_column(column, overflow="fold", no_wrap=not any(" " in row[position] for row in rows))
    for row in rows:
        shown.add_row(*row)
    _print(shown)


def _print(table: Table) -> None:
    """On a terminal as wide as that, or as what may not be broken needs; in a file as wide as it likes."""
    from rich.measure import Measurement

    out = console()
    needed = Measurement.get(out, out.options.update(width=_WIDEST), table)
    out.width = max(out.width, needed.minimum) if out.is_terminal else needed.maximum
    out.print(table)


def console(*, stderr: bool = False) -> Console:
    """Rich's console; it leaves our words as they are."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Shows stages as bars on standard error; takes a stage's message code, steps done and steps in all."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(say(stage), total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


def error(problem_: LedgerError) -> None:
    """Prints an error, as a line or with `--json` as a problem (RFC 9457)."""
    document = getattr(problem_, "document", None)
    if isinstance(document, Mapping):
        problem(str(document["code"]), str(document["detail"]), int(document["status"]), document)
    else:
        problem(problem_.code, say(problem_.code, **problem_.params), problem_.http_status)


def problem(code: str, detail: str, status: int, document: Mapping[str, Any] | None = None) -> None:
    """Prints a problem."""
    if _style.json:
        shown = document or {
            "type": f"urn:certification-ledger:problem:{code}",
            "status": status,
            "code": code,
            "detail": detail,
        }
        print(json_module.dumps(shown, ensure_ascii=False), file=sys.stderr)
        return
    print(say("cli.error", detail=detail), file=sys.stderr)
    for field in (document or {}).get("errors", ()):
        print(f"  {field['pointer']}: {field['detail']}", file=sys.stderr)


def day(moment: float | None) -> str:
    """The local day of a unix time (UTC+8)."""
    return "—" if moment is None else time.strftime("%Y-%m-%d", time.gmtime(moment + 8 * 3600))


def last_day(end: float | None) -> str:
    """The last day before the end of a window."""
    return "—" if end is None else day(end - 1)


def minute(moment: float | None) -> str:
    """The local minute of a unix time (UTC+8)."""
    return "—" if moment is None else time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(moment + 8 * 3600))
