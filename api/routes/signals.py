"""Departments' signals for seamless certification."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from pydantic import BaseModel

from api.locale import locale_of
from api.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor, page_of
from api.routes.subjects import Programme
from api.schemas.signals import Dismissal, NewFlow, parse_manifest
from api.security import CurrentActor, Ledger
from ledger.errors import TooLarge
from ledger.services.signals.answers import Delivery, Flow, Quarantined
from ledger.texts.messages import text

router = APIRouter(prefix="/v1", tags=["signals"])


class Delivered(BaseModel):
    """A delivery, and in a sentence why the whole of it is in quarantine, if it is."""

    delivery: Delivery
    detail: str | None


class Waiting(BaseModel):
    """An entry of the quarantine, with its reason as a sentence."""

    entry: Quarantined
    detail: str


class AskedAbout(BaseModel):
    """A person who is due, under the department's own handle."""

    handle: str


class Dismissed(BaseModel):
    """How many entries were settled."""

    dismissed: int


@router.post("/signals", summary="Deliver signals")
def deliver(
    request: Request,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    file: Annotated[UploadFile, File(description="JSON Lines or CSV, up to 50,000 lines")],
    manifest: Annotated[str, Form(max_length=4096, description="JSON of a SignalManifest")],
    programme: Annotated[str, Form(max_length=40)] = "senior-allowance",
) -> Delivered:
    """Lines that can't be taken, or the whole file if it is not what the manifest says, go into quarantine.

    Delivered again, it changes nothing and is answered the same.
    """
    parsed = parse_manifest(manifest)
    limit = ledger.settings.upload_limit
    data = file.file.read(limit + 1)
    if len(data) > limit:
        raise TooLarge("body_too_large", limit=limit)
    signature = bytes.fromhex(parsed.signature) if parsed.signature else None
    found = ledger.signals.deliveries.deliver(
        actor, parsed.manifest(), data, signature=signature, programme=programme
    )
    problem = text(found.problem, locale_of(request)) if found.problem else None
    return Delivered(delivery=found, detail=problem)


@router.get("/signals", summary="What was delivered")
def deliveries(
    actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50
) -> Page[Delivery]:
    """The department's own, the newest first."""
    found = ledger.signals.quarantine.deliveries(actor, before=decode_cursor(cursor), limit=limit)
    return Page(items=found, next=encode_cursor(found[-1].id) if len(found) == limit else None)


@router.get("/signals/due", summary="About whom to report")
def due(
    actor: CurrentActor,
    ledger: Ledger,
    *,
    programme: Programme = "senior-allowance",
    after: Annotated[str, Query(max_length=64, description="`next` of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=5_000)] = 1_000,
) -> Page[AskedAbout]:
    """Handles of the people due within the programme's days of notice, for whom signs of life are taken."""
    found = ledger.signals.asked.handles(actor, programme=programme, after=after, limit=limit)
    following = found[-1][0] if len(found) == limit else None
    return Page(items=[AskedAbout(handle=handle) for _, handle in found], next=following)


@router.get("/signals/quarantine", summary="What could not be taken")
def quarantine(
    request: Request,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    cursor: Cursor = None,
    limit: Limit = 50,
    resolved: Annotated[bool, Query(description="Also what has been settled")] = False,
) -> Page[Waiting]:
    """The oldest first. A line sent again right settles itself by its reference."""
    found = ledger.signals.quarantine.list(
        actor, after=decode_cursor(cursor) or 0, limit=limit, only_open=not resolved
    )
    locale = locale_of(request)
    items = [Waiting(entry=one, detail=text(one.code, locale)) for one in found]
    return Page(items=items, next=encode_cursor(found[-1].id) if len(found) == limit else None)


@router.post("/signals/quarantine/dismiss", summary="Settle what will not be sent again")
def dismiss(body: Dismissal, actor: CurrentActor, ledger: Ledger) -> Dismissed:
    """The entries stay, with how they were settled."""
    return Dismissed(dismissed=ledger.signals.quarantine.dismiss(actor, body.ids))


@router.get("/signals/flows", summary="What is reported, and on what basis")
def flows(actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50) -> Page[Flow]:
    """All for operators and auditors, its own for a department."""
    return page_of(ledger.signals.flows.list(actor), cursor, limit)


@router.post("/signals/flows", status_code=201, summary="Agree on what is reported")
def add_flow(body: NewFlow, actor: CurrentActor, ledger: Ledger) -> Flow:
    """Registers the legal basis on chain, citing the catalogue's entry."""
    return ledger.signals.flows.add(
        actor,
        department=body.department,
        kind=body.kind,
        catalogue_entry=body.catalogue_entry,
        legal_reference=body.legal_reference,
    )
