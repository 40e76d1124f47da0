"""A list of people to certify, as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from ledger.errors import BadInput

COLUMNS = (
    "identity_number", "subject", "action", "method", "occurred_on", "authorisation", "organisation",
    "reason", "note",
)  # fmt: skip


def read_list(path: Path) -> list[dict[str, Any]]:
    """The rows of the list, without their empty cells.

    Raises BadInput `cli.file_unreadable`, `cli.list_column_unknown`, `cli.list_names_nobody`,
    `cli.list_empty`.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", strict=True)
            columns = reader.fieldnames or ()
            rows = list(reader)
    except (OSError, UnicodeError, csv.Error) as error:
        raise BadInput("cli.file_unreadable", file=str(path)) from error
    for column in columns:
        if column not in COLUMNS:
            raise BadInput("cli.list_column_unknown", file=str(path), expected=", ".join(COLUMNS))
    items = []
    for line, row in enumerate(rows, start=2):
        item = {name: value.strip() for name, value in row.items() if name and value and value.strip()}
        if ("subject" in item) == ("identity_number" in item):
            raise BadInput("cli.list_names_nobody", file=str(path), line=line)
        items.append(item)
    if not items:
        raise BadInput("cli.list_empty", file=str(path))
    return items
