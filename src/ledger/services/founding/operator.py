"""The first operator: there is no default password, so the first start makes a one-time link."""

from __future__ import annotations

from ledger.encoding.types import OrganisationId
from ledger.services.accounts import Accounts, Invitation
from ledger.services.actors import Actor, Role

FIRST_LOGIN = "operator"
SYSTEM = Actor(kind="system", id="system", role=None, organisation=OrganisationId(0))
"""The installation itself, before there is anyone who could act."""


def invite_first_operator(accounts: Accounts, organisation: str) -> Invitation | None:
    """A one-time link for the first operator, until they have signed up; then None.

    A link that was printed and lost is of no use after a restart: a new one takes its place.
    """
    operators = [one for one in accounts.list_users(SYSTEM) if one.role is Role.OPERATOR]
    if any(one.signed_up for one in operators):
        return None
    first = next((one for one in operators if one.ended_at is None), None)
    if first is not None:
        return accounts.invite(SYSTEM, first.id)
    return accounts.create_user(
        SYSTEM,
        login=FIRST_LOGIN,
        display_name="运维 Operator",
        role=Role.OPERATOR,
        organisation=organisation,
    )
