"""The index's tables as audits report on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table

from ledger.audit.findings import Code, Where, shown
from ledger.store.tables import blocks, contract_heads, recorded_batches, register_events, word_history

CODES = {
    blocks: Code.INDEX_BLOCK_DIFFERS,
    recorded_batches: Code.INDEX_BATCH_DIFFERS,
    word_history: Code.INDEX_HISTORY_DIFFERS,
    register_events: Code.INDEX_REGISTER_DIFFERS,
    contract_heads: Code.INDEX_HEAD_DIFFERS,
}
"""What is found of a table's rows."""


def where_of(table: Table, row: Mapping[str, Any]) -> Where:
    """Where a row is."""
    tag = row.get("tag")
    return Where(
        contract=table.name,
        block=row.get("block_number", row.get("number")),
        log=row.get("log_index"),
        tag=None if tag is None else shown(tag),
    )


def row_shown(row: Mapping[str, Any], names: Iterable[str] | None = None) -> str:
    """A row's values, or some of them, by name."""
    parts = []
    for name in names or row.keys():
        value = row[name]
        parts.append(f"{name} {shown(value) if isinstance(value, bytes) else value}")
    return ", ".join(parts)
