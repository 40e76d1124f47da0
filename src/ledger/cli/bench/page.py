"""docs/benchmarks.md: a section for each benchmark, written by `ledger bench NAME --write` alone."""

from __future__ import annotations

import inspect
import platform
import re
import shlex
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from ledger.cli.bench.figures import HEADINGS, NUMERIC, Figure, Machine, row
from ledger.errors import Misconfigured

_PAGE = Path(__file__).resolve().parents[4] / "docs" / "benchmarks.md"
_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def write_section(bench: str, figures: Sequence[Figure], machine: Machine) -> None:
    """Puts the figures of the command that is running in the place of those before.

    Raises Misconfigured `bench.no_page` outside of a checkout.
    """
    if not _PAGE.exists():
        raise Misconfigured("bench.no_page", path=str(_PAGE))
    text = section(
        bench,
        figures,
        machine,
        about=_about(bench),
        command=command_shown(sys.argv[1:]),
        processor=_processor(),
        on=datetime.now(UTC).date(),
    )
    _PAGE.write_text(with_section(_PAGE.read_text("utf-8"), bench, text), "utf-8")


def section(
    bench: str,
    figures: Sequence[Figure],
    machine: Machine,
    *,
    about: str,
    command: str,
    processor: str,
    on: date,
) -> str:
    """The section of a benchmark, its heading included."""
    where = f"{machine.cores} cores ({processor}), load {machine.load} before it began"
    lines = [
        f"## {bench}",
        "",
        about,
        "",
        f"`{command}` on {on.isoformat()}: {where}.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|" + "|".join("--:" if heading in NUMERIC else "---" for heading in HEADINGS) + "|",
        *("| " + " | ".join(row(figure)) + " |" for figure in figures),
    ]
    return "\n".join(lines) + "\n"


def with_section(page: str, bench: str, text: str) -> str:
    """The page with a benchmark's section replaced or added; sections follow each other by name."""
    parts = _HEADING.split(page)
    sections = {name: f"## {name}{body}" for name, body in zip(parts[1::2], parts[2::2], strict=True)}
    sections[bench] = text
    return (
        "\n\n".join(part.strip() for part in (parts[0], *(sections[name] for name in sorted(sections))))
        + "\n"
    )


def _about(bench: str) -> str:
    """What the command's help says."""
    from ledger.cli.bench import app

    (command,) = (one for one in app.registered_commands if one.name == bench)
    return inspect.getdoc(command.callback) or ""


def command_shown(arguments: Sequence[str]) -> str:
    """What was typed, without what only says where the figures go."""
    shown = [one for one in arguments if one not in ("--json", "--write")]
    if "--report" in shown:
        at = shown.index("--report")
        del shown[at : at + 2]
    return shlex.join(["ledger", *shown])


def _processor() -> str:
    """The processor's model, as far as the system says."""
    cpuinfo = Path("/proc/cpuinfo")
    found = (
        re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(), re.MULTILINE) if cpuinfo.exists() else None
    )
    return found[1] if found else platform.machine()
