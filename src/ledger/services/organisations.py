"""The organisations as one look at the database finds them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain.codes import Role as OrganisationRole
from ledger.encoding.types import OrganisationId
from ledger.errors import BadInput
from ledger.store import organisations as store

KINDS = ("county", "subdistrict", "community", "department", "engine", "auditor")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation; `roles` are those it has on chain."""

    id: OrganisationId
    code: str
    name: str
    kind: str
    parent: OrganisationId | None
    roles: OrganisationRole
    seamless_pilot: bool
    ended_at: int | None


class Directory:
    """All organisations, by id and by code, in their hierarchy."""

    def __init__(self, conn: Connection) -> None:
        self.by_id: dict[int, Organisation] = {}
        self._by_code: dict[str, Organisation] = {}
        for row in store.all_organisations(conn):
            organisation = Organisation(
                id=OrganisationId(row["id"]),
                code=row["code"],
                name=row["name"],
                kind=row["kind"],
                parent=row["parent_id"],
                roles=OrganisationRole(row["roles"]),
                seamless_pilot=row["seamless_pilot"],
                ended_at=row["ended_at"],
            )
            self.by_id[organisation.id] = organisation
            self._by_code[organisation.code] = organisation

    def find(self, code: str) -> Organisation | None:
        """The organisation of this code, ended or not."""
        return self._by_code.get(code)

    def active(self, code: str) -> Organisation:
        """The organisation of this code. Raises BadInput `organisation_unknown`, also for one that has
        ended.
        """
        organisation = self._by_code.get(code)
        if organisation is None or organisation.ended_at is not None:
            raise BadInput("organisation_unknown", got=code)
        return organisation

    def code(self, organisation_id: int) -> str:
        """The code of an organisation; its number as text if this installation doesn't know it."""
        organisation = self.by_id.get(organisation_id)
        return organisation.code if organisation else str(organisation_id)

    def is_within(self, organisation_id: int, ancestor: int) -> bool:
        """Whether it is `ancestor` itself or below it."""
        at: int | None = organisation_id
        while at is not None:
            if at == ancestor:
                return True
            organisation = self.by_id.get(at)
            at = organisation.parent if organisation else None
        return False

    def communities_below(self, ancestor: int) -> frozenset[int]:
        """Ids of the communities that are `ancestor` or below it."""
        return frozenset(
            organisation.id
            for organisation in self.by_id.values()
            if organisation.kind == "community" and self.is_within(organisation.id, ancestor)
        )
