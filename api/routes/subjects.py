"""Looking people up."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import AwareDatetime, BaseModel, TypeAdapter

from api.pagination import Page
from api.schemas.base import Name
from api.schemas.subjects import NewSubject, Resolve, Rotate, Search
from api.security import Caller, CurrentActor, Ledger, caller
from ledger.bootstrap import Application
from ledger.errors import BadInput
from ledger.services.enrol import Enrolled
from ledger.services.handles import BoundHandle
from ledger.services.lookup_answers import HistoryLine, PersonLine, SubjectPage, VerdictAnswer
from ledger.services.references import SubjectRef
from ledger.store.hot import Reading

router = APIRouter(prefix="/v1", tags=["people"])

Programme = Annotated[str, Query(min_length=1, max_length=40, description="Programme's code")]
Moment = Annotated[
    AwareDatetime | None,
    Query(
        description="A past moment, RFC 3339 with its offset: as the ledger stood then",
        examples=["2026-03-01T00:00:00Z"],
    ),
]

_VERDICT = TypeAdapter(VerdictAnswer)


class Resolved(BaseModel):
    """Whose numbers they are, in the order asked."""

    kind: Literal["subject", "handle"]
    references: list[str | None]
    bindings: list[BoundHandle | None] = []
    """For a department: each handle with the operator's signed word for it."""


@router.post("/subjects", status_code=201, summary="Take one person in")
def add(body: NewSubject, actor: CurrentActor, ledger: Ledger, response: Response) -> Enrolled:
    """201 for someone new; 200 for someone known, of whom only what differs is changed."""
    enrolled = ledger.enrol.add(actor, body.fields, community=body.community)
    response.status_code = 201 if enrolled.outcome == "created" else 200
    return enrolled


@router.post("/subjects/search", summary="Find people by name")
def search(body: Search, actor: CurrentActor, ledger: Ledger) -> Page[PersonLine]:
    """At most 50 people of the asker's communities. Every search is logged."""
    return Page(items=ledger.lookup.search(actor, body.name, community=body.community))


@router.post("/subjects/resolve", summary="Find people by identity number")
def resolve(body: Resolve, actor: CurrentActor, ledger: Ledger) -> Resolved:
    """A user asks for one number and gets a subject id; a department gets its own handles."""
    if actor.kind == "api_key":
        bound = ledger.handles.resolve(actor, body.identity_numbers)
        return Resolved(
            kind="handle", references=[one.handle if one else None for one in bound], bindings=bound
        )
    if len(body.identity_numbers) != 1:
        raise BadInput("one_number_at_a_time")
    return Resolved(kind="subject", references=[ledger.lookup.resolve(actor, body.identity_numbers[0])])


@router.post("/handles/rotate", summary="End a handle and make another")
def rotate(body: Rotate, actor: CurrentActor, ledger: Ledger) -> BoundHandle:
    """A department's own, by its key; at the person's wish, any organisation's, by a worker or reviewer."""
    return ledger.handles.rotate(actor, body.reference(), organisation=body.organisation)


@router.get("/subjects/{subject_id}", summary="What is known about a person")
def subject(
    subject_id: Name, actor: CurrentActor, ledger: Ledger, programme: Programme = "senior-allowance"
) -> SubjectPage:
    """Facts, verdict, history, consents and what is on its way, for a worker of their community."""
    return ledger.lookup.subject(actor, subject_id, programme)


@router.get("/subjects/{subject_id}/verdict", summary="Is this person certified?")
def verdict(
    subject_id: Name,
    actor: CurrentActor,
    ledger: Ledger,
    *,
    programme: Programme = "senior-allowance",
    at: Moment = None,
    proof: Annotated[bool, Query(description="With a proof of the present state; for auditors")] = False,
) -> VerdictAnswer:
    """The verdict now, or at a past moment; UNKNOWN (200) when the ledger can't be relied on."""
    if proof:
        if at is not None:
            raise BadInput("proof_of_now_only")
        return ledger.lookup.proven_verdict(actor, subject_id, programme)
    return ledger.lookup.verdict(actor, SubjectRef(id=subject_id), programme, at=unix_time(at))


@router.get("/subjects/{subject_id}/history", summary="Every revision of a person's state")
def history(
    subject_id: Name, actor: CurrentActor, ledger: Ledger, programme: Programme = "senior-allowance"
) -> Page[HistoryLine]:
    """Oldest first, from the chain, with what the sealed records add."""
    return Page(items=ledger.lookup.history(actor, subject_id, programme))


@router.get(
    "/handles/{handle}/verdict",
    summary="Is the person behind this handle certified?",
    response_model=VerdictAnswer,
)
async def verdict_of_handle(
    handle: Name,
    ledger: Ledger,
    who: Annotated[Caller, Depends(caller)],
    programme: Programme = "senior-allowance",
    at: Moment = None,
) -> Response:
    """For departments, under their own handle. A reported death reads UNDER_REVIEW."""
    if at is None:
        answer = await asyncio.wrap_future(ledger.department_verdicts.submit(who, handle, programme))
    else:
        answer = await run_in_threadpool(_of_the_past, ledger, who, handle, programme, at)
    return Response(_VERDICT.dump_json(answer), media_type="application/json")


def _of_the_past(
    ledger: Application, who: Caller, handle: str, programme: str, at: datetime
) -> VerdictAnswer:
    with ledger.database.read() as conn:
        actor = who(Reading(conn))
    return ledger.lookup.verdict(actor, SubjectRef(handle=handle), programme, at=unix_time(at))


def unix_time(at: datetime | None) -> int | None:
    """Unix seconds of a moment."""
    return None if at is None else int(at.timestamp())
