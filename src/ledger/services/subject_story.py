"""The whole story of one person, for a dispute: every record with what is sealed behind it. It is logged."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.domain.tags import certification_tag, consent_tag
from ledger.errors import NotFound
from ledger.keys.vault import Vault
from ledger.services.evidence import record_place
from ledger.services.keyring import open_keys
from ledger.store import access_log, index, records
from ledger.store.database import Database
from ledger.store.tables import operations, organisations, subjects, tags


def subject_story(
    database: Database, vault: Vault, subject: str, *, actor: str, purpose: str, now: float
) -> list[dict[str, Any]]:
    """For each tag of the person its opening, and its revisions with their sealed records opened.

    Raises NotFound `audit.subject_unknown`, also for one whose keys were erased.
    """
    with database.read() as conn:
        query = select(subjects.c.wrapped_key).where(subjects.c.id == subject)
        wrapped = conn.execute(query).scalar_one_or_none()
        keys = open_keys(vault, {subject: wrapped}).get(subject) if wrapped else None
        if keys is None:
            raise NotFound("audit.subject_unknown", subject=subject)
        of_subject = select(operations.c.record_hash, operations.c.actor).where(
            operations.c.subject_id == subject
        )
        actors = {row.record_hash: row.actor for row in conn.execute(of_subject)}
        story = []
        for tag in conn.execute(select(tags).where(tags.c.subject_id == subject)):
            if tag.kind == "certification":
                programme, opening = tag.programme, certification_tag(keys.subject_key, tag.programme)
            else:
                parts = (tag.provider, tag.consumer, tag.category, tag.purpose)
                programme, opening = index.CONSENTS, consent_tag(keys.subject_key, *parts)
            history = index.history(conn, programme, tag.tag)
            sealed = records.by_hashes(conn, [one.record_hash for one in history])
            story.append(
                {
                    "kind": tag.kind,
                    "parts": list(opening.parts),
                    "tag": _shown(tag.tag),
                    "opening_key": _shown(opening.opening_key),
                    "opens": opening.tag == tag.tag,
                    "revisions": [
                        {
                            "revision": one.revision,
                            "word": f"0x{one.word:064x}",
                            "record_hash": _shown(one.record_hash),
                            "block": one.block_number,
                            "time": one.block_timestamp,
                            "transaction": _shown(one.transaction_hash),
                            "log": one.log_index,
                            "entry": one.entry_index,
                            "signer": one.signer,
                            "organisation": one.organisation_id,
                            "actor": actors.get(one.record_hash),
                            "record": (
                                keys.open(record_place(one.record_hash), sealed[one.record_hash].sealed)
                                if one.record_hash in sealed
                                else None
                            ),
                        }
                        for one in history
                    ],
                }
            )
        county = conn.execute(select(organisations.c.id).order_by(organisations.c.id).limit(1)).scalar_one()
    entry = access_log.Entry(
        at=now,
        actor=actor,
        organisation_id=county,
        subject_id=subject,
        action="audit-subject",
        purpose=purpose[:64],
        outcome="shown",
    )
    with database.write() as conn:
        access_log.append(conn, [entry])
    return story


def _shown(value: bytes) -> str:
    return "0x" + value.hex()
