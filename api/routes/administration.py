"""Users, organisations, signing keys and API keys, for operators."""

from __future__ import annotations

from fastapi import APIRouter

from api.pagination import Cursor, Limit, Page, page_of
from api.schemas.administration import (
    CreateApiKey,
    DistrustSigner,
    EndSigner,
    NewSigner,
    NewUser,
)
from api.schemas.base import Name
from api.security import CurrentActor, Ledger
from ledger.encoding import addresses
from ledger.services.accounts import Invitation, UserView
from ledger.services.api_keys import ApiKeyView, NewApiKey
from ledger.services.founding import NewOrganisation
from ledger.services.governance import OrganisationView, SignerView

router = APIRouter(prefix="/v1", tags=["administration"])


@router.get("/users", summary="All users")
def users(actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50) -> Page[UserView]:
    """By login."""
    return page_of(ledger.accounts.list_users(actor), cursor, limit)


@router.post("/users", status_code=201, summary="Make a user")
def create_user(body: NewUser, actor: CurrentActor, ledger: Ledger) -> Invitation:
    """With the one-time link's token by which they set their password, shown this once."""
    return ledger.accounts.create_user(
        actor,
        login=body.login,
        display_name=body.display_name,
        role=body.role,
        organisation=body.organisation,
        communities=body.communities,
        locale=body.locale,
    )


@router.post("/users/{user_id}/invite", status_code=201, summary="A new one-time link")
def invite(user_id: Name, actor: CurrentActor, ledger: Ledger) -> Invitation:
    """Ends the link before it, the password and every session."""
    return ledger.accounts.invite(actor, user_id)


@router.post("/users/{user_id}/end", summary="End a user")
def end_user(user_id: Name, actor: CurrentActor, ledger: Ledger) -> UserView:
    """And their sessions."""
    return ledger.accounts.end_user(actor, user_id)


@router.get("/organisations", summary="All organisations")
def organisations(
    actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50
) -> Page[OrganisationView]:
    """By id, for everyone who is signed in."""
    return page_of(ledger.governance.organisations(actor), cursor, limit)


@router.post("/organisations", status_code=201, summary="Register an organisation")
def add_organisation(body: NewOrganisation, actor: CurrentActor, ledger: Ledger) -> OrganisationView:
    """On chain, with a signing key made in the vault."""
    return ledger.governance.add_organisation(actor, body)


@router.post("/organisations/{code}/end", summary="Make an organisation inactive")
def end_organisation(code: Name, actor: CurrentActor, ledger: Ledger) -> OrganisationView:
    """Its keys sign no more."""
    return ledger.governance.end_organisation(actor, code)


@router.get("/signers", summary="All signing keys")
def signers(
    actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50
) -> Page[SignerView]:
    """As they stand on chain."""
    return page_of(ledger.governance.signers(actor), cursor, limit)


@router.post("/signers", status_code=201, summary="Replace an organisation's signing key")
def add_signer(body: NewSigner, actor: CurrentActor, ledger: Ledger) -> SignerView:
    """Makes one in the vault, registers it, and ends the one before."""
    return ledger.governance.add_signer(actor, body.organisation, days=body.days)


@router.post("/signers/{address}/end", summary="End a signing key")
def end_signer(address: Name, body: EndSigner, actor: CurrentActor, ledger: Ledger) -> SignerView:
    """Its window is only ever shortened."""
    return ledger.governance.end_signer(actor, addresses.parse(address), at=body.at)


@router.post("/signers/{address}/distrust", summary="Distrust a signing key from a past moment")
def distrust_signer(address: Name, body: DistrustSigner, actor: CurrentActor, ledger: Ledger) -> SignerView:
    """What it permitted since then counts as UNKNOWN; withdrawals and refusals stand."""
    return ledger.governance.distrust_signer(actor, addresses.parse(address), since=body.since)


@router.get("/api-keys", summary="All API keys")
def api_keys(
    actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50
) -> Page[ApiKeyView]:
    """Newest first, without their secrets."""
    return page_of(ledger.api_keys.list(actor), cursor, limit)


@router.post("/api-keys", status_code=201, summary="Make an API key")
def create_api_key(body: CreateApiKey, actor: CurrentActor, ledger: Ledger) -> NewApiKey:
    """The key is shown this once; only a hash of its secret is stored."""
    return ledger.api_keys.create(
        actor, organisation=body.organisation, label=body.label, scopes=body.scopes, days=body.days
    )


@router.post("/api-keys/{key_id}/end", summary="End an API key")
def end_api_key(key_id: Name, actor: CurrentActor, ledger: Ledger) -> ApiKeyView:
    """Ending twice changes nothing."""
    return ledger.api_keys.end(actor, key_id)
