"""Roster files: reading CSV and XLSX into tables, and writing back the rows to be checked."""

from ledger.services.roster_files.limits import DEFAULT_LIMITS, Limits, RosterFileRefused
from ledger.services.roster_files.problem_workbook import problem_workbook
from ledger.services.roster_files.reader import RosterFile, read_roster

__all__ = ["DEFAULT_LIMITS", "Limits", "RosterFile", "RosterFileRefused", "problem_workbook", "read_roster"]
