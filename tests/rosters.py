"""What tests about rosters share: synthetic identity numbers, three communities, tables from rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.domain.divisions import Community, Divisions
from ledger.domain.identity_number import check_digit
from ledger.domain.roster.cells import Cell, RawRow
from ledger.domain.roster.check import CheckedRoster, check_roster
from ledger.domain.roster.table import Table, read_table

TODAY = date(2026, 1, 1)
NANQIAO = "510181004002"

DIVISIONS = Divisions(
    [
        Community(NANQIAO, "南桥社区", "510181004", "灌口街道", "510181", "都江堰市"),
        Community("510181004003", "文庙社区", "510181004", "灌口街道", "510181", "都江堰市"),
        Community("510181002004", "文庙社区", "510181002", "幸福街道", "510181", "都江堰市"),
    ]
)


def number(birth_date: str = "19380501", sequence: int = 2) -> str:
    """A synthetic identity number; an even sequence is a woman's."""
    first_17 = f"519999{birth_date}{sequence:03}"
    return first_17 + check_digit(first_17)


def table_of(*rows: Sequence[Cell], sheet: str = "Sheet1") -> Table:
    """The table in a sheet of these rows, numbered from 1."""
    table = read_table(sheet, [RawRow(at, tuple(cells)) for at, cells in enumerate(rows, start=1)])
    assert table is not None
    return table


def check(*rows: Sequence[Cell], community: str | None = NANQIAO) -> CheckedRoster:
    return check_roster([table_of(*rows)], divisions=DIVISIONS, today=TODAY, community=community)
