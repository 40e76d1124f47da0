"""E-mail addresses of people and their families, which no roster brings."""

from __future__ import annotations

import re

from ledger.errors import BadInput
from ledger.services.access_log import AccessLog
from ledger.services.actors import Actor, Role
from ledger.services.acts import one_of
from ledger.services.context import Context
from ledger.services.facts import FactKind
from ledger.services.people import People, seal_fact
from ledger.services.references import SubjectRef
from ledger.store import subjects as store

# One @ between what SMTP takes unquoted (RFC 5321, 4.1.2) and a name with a dot; the server knows the rest.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_RELATIONSHIPS = dict.fromkeys(("self", "spouse", "child", "neighbour", "other"), True)


class Contacts:
    """The use case of taking an address down."""

    def __init__(self, context: Context, people: People, access_log: AccessLog) -> None:
        self._context = context
        self._people = people
        self._access_log = access_log

    def add_email(self, actor: Actor, subject: SubjectRef, address: str, relationship: str) -> None:
        """An address of the person (`self`) or of family; it takes the place of the one known before.

        Raises Forbidden `role_required`, `not_yours`; BadInput `notice.email_malformed`,
        `relationship_unknown`.
        """
        actor.require_role(Role.WORKER, Role.REVIEWER)
        if len(address) > 254 or not _ADDRESS.fullmatch(address):
            raise BadInput("notice.email_malformed")
        value = {
            "address": address,
            "relationship": one_of(relationship, _RELATIONSHIPS, "relationship_unknown"),
        }
        now = self._context.now()
        with self._context.write() as conn:
            person = self._people.find(conn, actor, subject)
            known = self._people.present(conn, {person.id: person}, [FactKind.EMAIL])[person.id]
            ended = [fact.id for fact in known if fact.value["relationship"] == relationship]
            store.end_facts(conn, ended, now)
            row = {
                "subject_id": person.id,
                "kind": FactKind.EMAIL.value,
                "sealed": seal_fact(person.keys, FactKind.EMAIL, value),
                "valid_from": now,
                "recorded_at": now,
                "recorded_by": actor.id,
            }
            store.add_facts(conn, [row])
            self._access_log.record(conn, actor, "contact_added", [person.id], outcome="recorded")
