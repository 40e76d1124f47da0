"""Writes a list down as it was checked: line by line, each with the leaf that commits to it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from ledger.domain import month_work, months
from ledger.domain.month_work import LineContent
from ledger.domain.months import Month
from ledger.domain.programmes import Programme
from ledger.services.months.lists import Draft
from ledger.store import month_books as books


def freeze(
    conn: Connection, programme: Programme, month: Month, community: int, drafts: Sequence[Draft]
) -> bytes:
    """Writes a list's lines down. Their root."""
    lines: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    leaves: list[bytes] = []
    key = {"programme": programme.id, "month": months.text(month)}
    for draft in drafts:
        owed = draft.entitlement
        content = LineContent(
            programme=programme.id,
            month=month,
            subject_id=draft.known.person.id,
            community_id=community,
            state=owed.state.value,
            reason=owed.reason.value,
            band=owed.band,
            due=owed.due,
            differences={one.month: (one.amount, one.cause.value) for one in draft.differences},
            salt=secrets.token_bytes(16),
        )
        leaf = month_work.line_leaf(content)
        leaves.append(leaf)
        lines.append(
            {
                **key,
                "subject_id": content.subject_id,
                "community_id": community,
                "state": content.state,
                "reason": content.reason,
                "band": content.band,
                "due": content.due,
                "difference": draft.difference,
                "change": draft.change.kind.value if draft.change else None,
                "change_reason": draft.change.code if draft.change else None,
                "salt": content.salt,
                "leaf": leaf,
            }
        )
        differences.extend(
            {
                **key,
                "subject_id": content.subject_id,
                "for_month": months.text(one.month),
                "amount": one.amount,
                "cause": one.cause.value,
                "state": one.now.state.value,
                "reason": one.now.reason.value,
                "band": one.now.band,
                "due": one.now.due,
            }
            for one in draft.differences
        )
    books.add_lines(conn, lines, differences)
    return month_work.list_root(leaves)
