"""Templates of forms that organisations have brought."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from ledger.store.tables import form_templates


def replace(conn: Connection, **columns: Any) -> None:
    """A new template, which takes the place of the organisation's last one of the form."""
    of_form = (form_templates.c.organisation_id == columns["organisation_id"]) & (
        form_templates.c.form == columns["form"]
    )
    present = update(form_templates).where(of_form, form_templates.c.ended_at.is_(None))
    conn.execute(present.values(ended_at=columns["created_at"]))
    conn.execute(insert(form_templates).values(**columns))


def present(conn: Connection, organisations: Sequence[int], form: str | None = None) -> list[Row[Any]]:
    """Organisations' present templates, of one form if given."""
    query = select(form_templates).where(
        form_templates.c.organisation_id.in_(organisations), form_templates.c.ended_at.is_(None)
    )
    if form is not None:
        query = query.where(form_templates.c.form == form)
    return list(conn.execute(query.order_by(form_templates.c.form)))
