"""The page of benchmarks: written by the commands, each its own section and no other."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from ledger.cli.bench import app
from ledger.cli.bench.figures import Figure, Machine
from ledger.cli.bench.page import command_shown, section, with_section

PAGE = Path(__file__).parents[3] / "docs" / "benchmarks.md"
INTRODUCTION = "# Benchmarks\n\nHow they are made.\n"


def gas(value: float) -> str:
    return section(
        "gas",
        [Figure("gas.first_100", value, "gas", ratio=value / 213_564, to="EAS"), Figure("gas.s", 0.25, "s")],
        Machine(cores=2, load=0.5),
        about="Gas of a record.",
        command="ledger bench gas",
        processor="a processor",
        on=date(2026, 11, 23),
    )


def test_a_section_says_figures_machine_load_date_and_command() -> None:
    assert gas(25_783.77) == (
        "## gas\n\n"
        "Gas of a record.\n\n"
        "`ledger bench gas` on 2026-11-23: 2 cores (a processor), load 0.5 before it began.\n\n"
        "| figure | value | unit | ratio | to |\n"
        "|---|--:|---|--:|---|\n"
        "| gas.first_100 | 25,784 | gas | 0.1207 | EAS |\n"
        "| gas.s | 0.25 | s |  |  |\n"
    )


def test_a_section_replaces_its_own_and_leaves_the_others() -> None:
    other = "## write\n\nOf another day.\n"
    page = with_section(with_section(INTRODUCTION, "write", other), "gas", gas(1))
    assert page == f"{INTRODUCTION}\n{gas(1)}\n{other}"
    assert with_section(page, "gas", gas(2)) == f"{INTRODUCTION}\n{gas(2)}\n{other}"


def test_writing_the_same_again_changes_nothing() -> None:
    page = with_section(INTRODUCTION, "gas", gas(1))
    assert with_section(page, "gas", gas(1)) == page


def test_every_section_of_the_page_is_of_a_benchmark_that_there_is() -> None:
    sections = re.findall(r"^## (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sections == sorted(sections)
    assert set(sections) <= {command.name for command in app.registered_commands}


def test_the_command_is_shown_without_what_says_where_its_output_goes() -> None:
    typed = [
        "bench",
        "chaos",
        "--seed",
        "1",
        "--report",
        "var/one.html",
        "--json",
        "--write",
        "--minutes",
        "2",
    ]
    assert command_shown(typed) == "ledger bench chaos --seed 1 --minutes 2"


def test_the_page_names_no_folder_of_a_machine() -> None:
    assert not re.findall(r"/(?:tmp|home|work|root)/", PAGE.read_text("utf-8"))
