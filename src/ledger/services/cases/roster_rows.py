"""Rows of a roster that could not become a person as they were (待核实).

Such a case is sealed under a key of its own in the vault, which is destroyed when the case is decided.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from ledger.domain.cases import CaseKind, Channel, deadline
from ledger.domain.roster.problems import FaultyRow
from ledger.encoding.canonical import canonical_json
from ledger.services.actors import Actor
from ledger.services.context import Context
from ledger.services.ids import new_id
from ledger.services.keyring import new_keys, open_keys
from ledger.services.organisations import Directory
from ledger.store import cases as store

PLACE = "case"


class RosterRows:
    """Makes these cases and reads their rows."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def prepare(
        self,
        conn: Connection,
        importer: Actor,
        import_id: str,
        rows: Sequence[FaultyRow],
        directory: Directory,
    ) -> tuple[list[str], list[dict[str, Any]]]:
        """The case ids of these rows, in order, and the database rows of those cases that are new.

        A row that has a case already, as when the same file comes again, opens no other.
        """
        tokens = [self._token(row) for row in rows]
        known = store.ids_by_token(conn, set(tokens))
        fresh = {token: row for token, row in zip(tokens, rows, strict=True) if token not in known}
        ids = {token: new_id("k") for token in fresh}
        keys = new_keys(self._context.vault, ids.values())
        now = self._context.now()
        opened = []
        for token, row in fresh.items():
            case_keys, wrapped_key = keys[ids[token]]
            community = directory.find(row.community) if row.community else None
            opened.append(
                {
                    "id": ids[token],
                    "kind": CaseKind.ROSTER_ROW.value,
                    "token": token,
                    "community_id": community.id if community else None,
                    "import_id": import_id,
                    "channel": Channel.SYSTEM.value,
                    "opened_by": importer.id,
                    "opened_for_id": importer.organisation,
                    "wrapped_key": wrapped_key,
                    "sealed": case_keys.seal(PLACE, row.as_record()),
                    "problem_codes": sorted({problem.code for problem in row.problems}),
                    "state": "open",
                    "created_at": now,
                    "deadline": deadline(CaseKind.ROSTER_ROW, now),
                }
            )
        return [known.get(token) or ids[token] for token in tokens], opened

    def read(self, conn: Connection, case_ids: Sequence[str]) -> list[FaultyRow]:
        """The rows of these cases, in order, without those whose key was destroyed."""
        rows = store.by_ids(conn, case_ids)
        wrapped = {row.id: row.wrapped_key for row in rows.values() if row.wrapped_key is not None}
        keys = open_keys(self._context.vault, wrapped)
        return [
            FaultyRow.from_record(keys[case_id].open(PLACE, rows[case_id].sealed))
            for case_id in case_ids
            if case_id in keys
        ]

    def _token(self, row: FaultyRow) -> bytes:
        """The same for the same cells with the same problems, wherever in a file they stand."""
        record = row.as_record()
        content = canonical_json({"cells": record["cells"], "problems": record["problems"]})
        return hmac.digest(self._context.vault.index_key(), content, hashlib.sha256)
