"""Erasure: asked for by one organisation, confirmed by another, carried out when no duty keeps the data.

Until then the person is LOCKED: what is known is stored and not used. Then the wrapping keys are destroyed,
which takes data key, handles and openings with them, and what could find the person again.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping

from ledger.chain.deployment import Deployment
from ledger.domain.programmes import DAY
from ledger.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from ledger.keys.erasure_list import Erased, ErasureList
from ledger.keys.jws import Signer
from ledger.keys.vault import OPERATOR
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.erasure_list import apply
from ledger.services.ids import new_id
from ledger.services.organisations import Directory
from ledger.services.people import People
from ledger.services.references import SubjectRef
from ledger.store import erasures as store

CERTIFICATE = "erasure-certificate+jwt"
"""The `typ` of a certificate."""
REASONS = ("withdrawal-of-all-consents", "purpose-fulfilled", "unlawful-processing", "law")
"""PIPL 47: consent withdrawn, purpose reached or service ended, processed against the law, other law."""


@dataclass(frozen=True, slots=True)
class ErasureView:
    """How an erasure stands. Times are unix seconds."""

    id: str
    subject_id: str
    reason: str
    state: str
    """requested, locked or erased"""
    requested_at: int
    requested_by: str
    """Organisation code."""
    confirmed_at: int | None
    confirmed_by: str | None
    retain_until: int
    erased_at: int | None
    certificate: str | None


class Erasures:
    """The use cases of erasure."""

    def __init__(
        self, context: Context, people: People, access_log: AccessLog, *, deployment: Deployment
    ) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log
        self._issuer = deployment.pinned.issuer
        self._signer = Signer(context.vault, OPERATOR)
        self._list = ErasureList(context.settings.erasure_list)

    def request(self, actor: Actor, subject: SubjectRef, *, reason: str) -> ErasureView:
        """A reviewer asks for it, on one of REASONS.

        Raises Forbidden `role_required`, `not_yours`; BadInput `erasure.reason_unknown`; Conflict
        `erasure.asked_already`.
        """
        actor.require_role(Role.REVIEWER)
        if reason not in REASONS:
            raise BadInput("erasure.reason_unknown", expected=", ".join(REASONS))
        now = self._context.now()
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            if store.of_subject(conn, person.id) is not None:
                raise Conflict("erasure.asked_already")
            last = store.last_act(conn, person.id) or now
            store.add(
                conn,
                {
                    "id": new_id("e"),
                    "subject_id": person.id,
                    "reason": reason,
                    "requested_at": now,
                    "requested_by": actor.id,
                    "requesting_organisation": actor.organisation,
                    "retain_until": int(last) + self._context.settings.retention_days * DAY,
                },
            )
            self._access_log.record(conn, actor, "erasure", [person.id], outcome="requested")
            return self._view(conn, person.id)

    def confirm(self, actor: Actor, subject_id: str) -> ErasureView:
        """A reviewer of another organisation confirms it: the person is locked, and erased if no duty keeps
        the data.

        Raises Forbidden `role_required`, `not_yours`; NotFound `erasure.not_asked`; Refused
        `erasure.same_organisation`; Conflict `erasure.confirmed_already`.
        """
        actor.require_role(Role.REVIEWER)
        now = self._context.now()
        with self._context.write() as conn:
            row = store.of_subject(conn, subject_id)
            if row is not None and row["confirmed_at"] is not None:
                raise Conflict("erasure.confirmed_already")
            person = self._people.find(conn, actor, SubjectRef(id=subject_id))
            if row is None:
                raise NotFound("erasure.not_asked")
            if row["requesting_organisation"] == actor.organisation:
                raise Refused("erasure.same_organisation")
            store.change(
                conn,
                row["id"],
                confirmed_at=now,
                confirmed_by=actor.id,
                confirming_organisation=actor.organisation,
            )
            store.lock(conn, person.id, now)
            self._access_log.record(conn, actor, "erasure", [person.id], outcome="locked")
        self.finish()
        with self._context.database.read() as conn:
            return self._view(conn, subject_id)

    def list(self, actor: Actor) -> builtins.list[ErasureView]:
        """All erasures, oldest first; for auditors, and for reviewers of the two organisations of each."""
        actor.require_role(Role.REVIEWER, Role.AUDITOR)
        with self._context.database.read() as conn:
            directory = Directory(conn)
            return [
                _view(directory, row)
                for row in store.every(conn)
                if actor.role is Role.AUDITOR
                or actor.organisation in {row["requesting_organisation"], row["confirming_organisation"]}
            ]

    def finish(self) -> int:
        """Erases whom no duty keeps any more; how many. Goes on where a process that was killed left off.

        In this order, so that nothing comes back: the certificate, the list, the keys, the rows.
        """
        now = self._context.now()
        with self._context.database.read() as conn:
            due = store.due(conn, now)
        for row in due:
            with self._context.write() as conn:
                keys = store.key_ids(conn, row["subject_id"])
                certificate = row["certificate"] or self._certificate(conn, row, now)
                erased_at = row["erased_at"] or now
                store.change(conn, row["id"], certificate=certificate, erased_at=erased_at)
            erased = Erased(row["id"], tuple(keys), erased_at, certificate)
            self._list.add([erased])
            apply(self._context, erased)
        return len(due)

    def _certificate(self, conn: Connection, row: RowMapping, now: int) -> str:
        directory = Directory(conn)
        holders = [
            *(
                {"organisation": directory.code(one), "holds": "handle"}
                for one in store.organisations_with_handles(conn, row["subject_id"])
            ),
            *(
                {"organisation": directory.code(one), "holds": "consent-openings"}
                for one in store.parties(conn, row["subject_id"])
            ),
            *(
                {"actor": one["actor"], "holds": one["action"], "at": int(one["at"])}
                for one in store.disclosures(conn, row["subject_id"])
            ),
        ]
        said: Mapping[str, Any] = {
            "iss": self._issuer,
            "iat": now,
            "erasure": row["id"],
            "subject": row["subject_id"],
            "reason": row["reason"],
            "requested": {
                "organisation": directory.code(row["requesting_organisation"]),
                "at": row["requested_at"],
            },
            "confirmed": {
                "organisation": directory.code(row["confirming_organisation"]),
                "at": row["confirmed_at"],
            },
            "retained_until": row["retain_until"],
            "destroyed": ["wrapping-key", "data-key", "blind-index", "facts", "records", "handles"],
            "may_hold": holders,
        }
        return self._signer.sign(CERTIFICATE, said)

    def _view(self, conn: Connection, subject_id: str) -> ErasureView:
        row = store.of_subject(conn, subject_id)
        if row is None:
            raise Forbidden("not_yours")
        return _view(Directory(conn), row)


def _view(directory: Directory, row: RowMapping) -> ErasureView:
    confirming = row["confirming_organisation"]
    return ErasureView(
        id=row["id"],
        subject_id=row["subject_id"],
        reason=row["reason"],
        state="erased" if row["erased_at"] else "locked" if row["confirmed_at"] else "requested",
        requested_at=row["requested_at"],
        requested_by=directory.code(row["requesting_organisation"]),
        confirmed_at=row["confirmed_at"],
        confirmed_by=None if confirming is None else directory.code(confirming),
        retain_until=row["retain_until"],
        erased_at=row["erased_at"],
        certificate=row["certificate"],
    )
