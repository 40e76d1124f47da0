"""Receipts: what a person keeps of giving, refusing, renewing and withdrawing, signed by the operator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.errors import Forbidden
from ledger.keys.jws import Signer
from ledger.keys.vault import OPERATOR
from ledger.services import consent_record
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.evidence import record_place
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import operations, records

RECEIPT = "consent-receipt+jwt"
"""The `typ` of a signed receipt."""


@dataclass(frozen=True, slots=True)
class ConsentReceipt:
    """A receipt, and what it says by the names of ISO/IEC TS 27560."""

    operation_id: str
    state: str
    """Of the operation, now: accepted … final, or refused."""
    record: Mapping[str, Any]
    signed: str
    """A JWS with the record and its hash (docs/consent.md); `ledger verify` checks it."""


class ConsentReceipts:
    """The use case of handing one out, as often as it is asked for."""

    def __init__(
        self, context: Context, people: People, access_log: AccessLog, deployment: Deployment
    ) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log
        self._issuer = deployment.pinned.issuer
        self._signer = Signer(context.vault, OPERATOR)

    def get(self, actor: Actor, operation_id: str) -> ConsentReceipt:
        """The receipt for one decision of a person of the actor's. Raises Forbidden `role_required`,
        `not_yours`, also for what is no decision about a consent.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        with self._context.write() as conn:
            receipt = self._receipt(conn, actor, operation_id)
            self._access_log.record(
                conn, actor, "consent_receipt", [receipt.record["pii_principal_id"]], outcome="shown"
            )
        return receipt

    def _receipt(self, conn: Connection, actor: Actor, operation_id: str) -> ConsentReceipt:
        operation = operations.by_ids(conn, [operation_id]).get(operation_id)
        if operation is None or operation.kind != "consent":
            raise Forbidden("not_yours")
        person = self._people.find(conn, actor, SubjectRef(id=operation.subject_id))
        row = records.by_hashes(conn, [operation.record_hash])[operation.record_hash]
        record = person.keys.open(record_place(operation.record_hash), row.sealed)
        shown = consent_record.shown(record)
        claims = {
            "iss": self._issuer,
            "sub": person.id,
            "jti": operation_id,
            "iat": int(record["recorded_at"]),
            "record_hash": f"0x{operation.record_hash.hex()}",
            "record": shown,
        }
        return ConsentReceipt(operation_id, operation.state, shown, self._signer.sign(RECEIPT, claims))
