"""Seamless certification: runs, reasons, notices."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.locale import locale_of
from api.pagination import Page
from api.routes.subjects import Programme
from api.schemas.base import Name
from api.schemas.seamless import NewNotice, NewRun
from api.security import CurrentActor, Ledger
from ledger.services.references import SubjectRef
from ledger.services.seamless.notices import Notified
from ledger.services.seamless.reasons import Reasons
from ledger.services.seamless.runs import RunView
from ledger.services.seamless.weeks import WeekCount
from ledger.texts.messages import text

router = APIRouter(prefix="/v1", tags=["seamless certification"])


class Explained(BaseModel):
    """Why, in sentences that a worker can read out."""

    result: str | None
    as_of: int | None
    operation_id: str | None
    """The certification that it explains; null if it says what stands now"""
    sentences: list[str]


class OpenedLeaf(BaseModel):
    """One signal of the evidence: canonical JSON of `said` after `salt` is the leaf of an RFC 6962 tree."""

    said: dict[str, str | int]
    salt: str
    index: int
    size: int
    proof: list[str]
    root: str
    record_hash: str


@router.post("/seamless/runs", status_code=202, summary="Run seamless certification")
def start(body: NewRun, actor: CurrentActor, ledger: Ledger) -> RunView:
    """Answered at once; follow it at `/v1/seamless/runs/{id}`."""
    return ledger.seamless.runs.start(actor, programme=body.programme, as_of=body.as_of, dry=body.dry)


@router.get("/seamless/runs", summary="The latest runs")
def latest(actor: CurrentActor, ledger: Ledger, programme: Programme = "senior-allowance") -> Page[RunView]:
    """The last twenty, the newest first."""
    return Page(items=ledger.seamless.runs.latest(actor, programme=programme))


@router.get("/seamless/runs/{run_id}", summary="What a run came to")
def run(run_id: Name, actor: CurrentActor, ledger: Ledger) -> RunView:
    """Counts by community and result; nobody is named."""
    return ledger.seamless.runs.get(actor, run_id)


@router.get("/seamless/weeks", summary="Outcomes by week and community")
def weeks(
    actor: CurrentActor,
    ledger: Ledger,
    weeks: Annotated[int, Query(ge=1, le=104)] = 12,
    programme: Programme = "senior-allowance",
) -> Page[WeekCount]:
    """By the week in which an outcome became what it is."""
    return Page(items=ledger.seamless.weeks.report(actor, weeks=weeks, programme=programme))


@router.get("/subjects/{subject_id}/seamless", summary="Why someone was certified automatically, or was not")
def why(
    request: Request,
    subject_id: Name,
    actor: CurrentActor,
    ledger: Ledger,
    programme: Programme = "senior-allowance",
) -> Explained:
    """Names classes of evidence, departments and months; not what happened or on which day."""
    found = ledger.seamless.explanations.why(actor, SubjectRef(id=subject_id), programme=programme)
    return explained(found, locale_of(request))


@router.get("/operations/{operation_id}/evidence/{index}", summary="Open one signal of the evidence")
def evidence(operation_id: Name, index: int, actor: CurrentActor, ledger: Ledger) -> OpenedLeaf:
    """For a dispute; the others stay closed."""
    shown = ledger.seamless.explanations.show(actor, operation_id, index)
    leaf = shown.leaf
    return OpenedLeaf(
        said=leaf.said,
        salt=leaf.salt.hex(),
        index=leaf.index,
        size=leaf.size,
        proof=[node.hex() for node in leaf.proof],
        root=shown.root,
        record_hash=shown.record_hash,
    )


@router.post("/seamless/notices", status_code=202, summary="Record that people were told")
def notify(body: NewNotice, actor: CurrentActor, ledger: Ledger) -> Notified:
    """Everyone of a community of whom nothing is recorded yet; consents and objections stay."""
    return ledger.seamless.notices.record(
        actor,
        community=body.community,
        legal_reference=body.legal_reference,
        told_on=body.told_on,
        programme=body.programme,
    )


def explained(found: Reasons | None, locale: str) -> Explained:
    """The reasons as sentences."""
    if found is None:
        return Explained(result=None, as_of=None, operation_id=None, sentences=[])
    return Explained(
        result=found.result,
        as_of=found.as_of,
        operation_id=found.operation_id,
        sentences=[text(one.code, locale, **one.params) for one in found.sentences],
    )
