"""Lets an auditor open sealed records: the operator's vault gives data keys, for a purpose and a time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ledger.chain.deployment import Deployment
from ledger.encoding.types import Address
from ledger.errors import NotFound
from ledger.keys import grant
from ledger.keys.grant import Grant
from ledger.keys.vault import OPERATOR, Vault
from ledger.services.keyring import open_keys
from ledger.store import access_log
from ledger.store.database import Database
from ledger.store.tables import organisations, subjects


def grant_records(
    database: Database,
    vault: Vault,
    deployment: Deployment,
    *,
    auditor: Address,
    sealing_public: bytes,
    purpose: str,
    expires_at: int,
    subject_ids: Sequence[str] = (),
    now: float,
) -> Grant:
    """A grant for the subjects named, or for all. It is in the access log before it is handed out.

    Subjects whose keys were erased have none to give. Raises NotFound `audit.nobody_to_grant`.
    """
    query = select(subjects.c.id, subjects.c.wrapped_key)
    with database.read() as conn:
        wrapped = {row.id: row.wrapped_key for row in conn.execute(query)}
        county = conn.execute(select(organisations.c.id).order_by(organisations.c.id).limit(1)).scalar_one()
    if subject_ids:
        wrapped = {subject: key for subject, key in wrapped.items() if subject in set(subject_ids)}
    data_keys = {subject: keys.data_key for subject, keys in open_keys(vault, wrapped).items()}
    if not data_keys:
        raise NotFound("audit.nobody_to_grant")
    made = grant.make(
        data_keys,
        chain_id=deployment.chain_id,
        deployment_id=deployment.deployment_id,
        auditor=auditor,
        sealing_public=sealing_public,
        purpose=purpose,
        issued_at=int(now),
        expires_at=expires_at,
    )
    entry = access_log.Entry(
        at=now,
        actor=auditor,
        organisation_id=county,
        subject_id=subject_ids[0] if len(subject_ids) == 1 else None,
        action="audit-grant",
        purpose="audit",
        outcome="granted",
        detail={"subjects": len(data_keys), "expires_at": expires_at, "reason": purpose[:64]},
    )
    with database.write() as conn:
        access_log.append(conn, [entry])
    signature = vault.sign_digest(OPERATOR, made.digest)
    return made.model_copy(update={"signature": signature.hex()})
