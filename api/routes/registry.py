"""People as they are: corrections, moves, merging."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from api.schemas.base import Body, Code, IsoDate, LongText, Name, Sha256Hex, ShortText, SubjectId
from api.security import CurrentActor, Ledger
from ledger.errors import BadInput
from ledger.services.facts import FactKind
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Changes, Correction
from ledger.services.registry.moves import MoveView

router = APIRouter(prefix="/v1", tags=["people"])


class NewCorrection(Body):
    """What is to be known instead."""

    version: int
    """The one that was seen; another one's correction in between is a conflict."""
    kind: Code
    value: dict[str, LongText]
    reason: LongText
    on: IsoDate | None = None
    """Since when it is so; today if not given."""
    was_wrong: bool = False
    """Whether what was known never was true."""
    replaces: int | None = None
    """Of contacts, the fact that this one takes the place of."""
    evidence: tuple[Sha256Hex, ...] = ()


class Corrected(BaseModel):
    """The person's new version."""

    subject_id: str
    version: int


class NewMove(Body):
    """A person is offered to another community."""

    to: Code
    reason: LongText
    effective_on: IsoDate | None = None
    register_moves: bool = False
    """Whether the household register goes along, and with it who pays."""


class Offered(BaseModel):
    """The move, which waits for the other community."""

    move_id: str


class NewMerge(Body):
    """Another entry of the same person."""

    duplicate: SubjectId
    reason: ShortText


@router.get("/subjects/{subject_id}/changes", summary="Every correction of a person")
def changes(subject_id: Name, actor: CurrentActor, ledger: Ledger) -> Changes:
    """What was before and after, who changed it, when and why."""
    return ledger.corrections.history(actor, SubjectRef(id=subject_id))


@router.post("/subjects/{subject_id}/changes", summary="Correct what is known of a person")
def correct(subject_id: Name, body: NewCorrection, actor: CurrentActor, ledger: Ledger) -> Corrected:
    """One fact; numbers and dates of birth by a reviewer, on a document."""
    correction = Correction(
        subject=SubjectRef(id=subject_id),
        version=body.version,
        kind=kind_of(body.kind),
        value=dict(body.value),
        reason=body.reason,
        on=body.on,
        was_wrong=body.was_wrong,
        replaces=body.replaces,
        evidence=body.evidence,
    )
    return Corrected(subject_id=subject_id, version=ledger.corrections.correct(actor, correction))


@router.post("/subjects/{subject_id}/moves", status_code=201, summary="Offer a person to another community")
def offer(subject_id: Name, body: NewMove, actor: CurrentActor, ledger: Ledger) -> Offered:
    """Nothing changes until the other community accepts."""
    move = ledger.moves.offer(
        actor,
        SubjectRef(id=subject_id),
        body.to,
        reason=body.reason,
        effective_on=body.effective_on,
        register_moves=body.register_moves,
    )
    return Offered(move_id=move)


@router.get("/moves", summary="Moves that wait for an answer")
def moves(actor: CurrentActor, ledger: Ledger) -> list[MoveView]:
    """Those that the asker's communities have offered or are offered."""
    return list(ledger.moves.list(actor))


@router.post("/moves/{move_id}/accept", status_code=204, summary="Take a person over")
def accept(move_id: Name, actor: CurrentActor, ledger: Ledger) -> Response:
    """From the day of the move on the community is responsible."""
    ledger.moves.accept(actor, move_id)
    return Response(status_code=204)


@router.post("/moves/{move_id}/decline", status_code=204, summary="Do not take a person over")
def decline(move_id: Name, actor: CurrentActor, ledger: Ledger) -> Response:
    """The person stays where they are."""
    ledger.moves.decline(actor, move_id)
    return Response(status_code=204)


@router.post("/subjects/{subject_id}/merge", status_code=204, summary="Two entries are one person")
def merge(subject_id: Name, body: NewMerge, actor: CurrentActor, ledger: Ledger) -> Response:
    """The duplicate goes into this entry; what was paid to either was paid to her."""
    ledger.merging.merge(actor, SubjectRef(id=subject_id), SubjectRef(id=body.duplicate), body.reason)
    return Response(status_code=204)


def kind_of(code: str) -> FactKind:
    """What a correction is about. Raises BadInput `person.kind_unknown`."""
    try:
        return FactKind(code)
    except ValueError:
        raise BadInput("person.kind_unknown", got=code, expected=", ".join(FactKind)) from None
