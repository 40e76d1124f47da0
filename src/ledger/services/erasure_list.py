"""Applies the list of erasures: nobody on it is brought back by a database or a vault that was restored."""

from __future__ import annotations

from ledger.keys.erasure_list import Erased, ErasureList
from ledger.services.context import Context
from ledger.store import erasures as store


def apply_list(context: Context) -> int:
    """What a start does before anybody is answered. How many are on the list."""
    found = ErasureList(context.settings.erasure_list).read()
    for erased in found:
        apply(context, erased)
    return len(found)


def apply(context: Context, erased: Erased) -> None:
    """Destroys the keys, then takes away the rows; again changes nothing."""
    for key in erased.keys:
        context.vault.destroy_subject_key(key)
    with context.write() as conn:
        if not store.knows(conn, erased.subject_id):
            return
        store.purge(conn, erased.subject_id, erased.erased_at)
        row = store.of_subject(conn, erased.subject_id)
        if row is None:
            # This database is older than the request.
            store.add(
                conn,
                {
                    "id": erased.id,
                    "subject_id": erased.subject_id,
                    "reason": "listed",
                    "requested_at": erased.erased_at,
                    "requested_by": "system",
                    "requesting_organisation": 0,
                    "retain_until": erased.erased_at,
                },
            )
        if row is None or row["certificate"] is None:
            store.change(
                conn,
                erased.id,
                confirmed_at=erased.erased_at,
                erased_at=erased.erased_at,
                certificate=erased.certificate,
            )
