"""May I? Answered under the caller's own handle, logged before it is answered, signed."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, TypeAdapter

from api.locale import locale_of
from api.problems import problem
from api.schemas.decisions import Ask, AskDecision
from api.security import Caller, Ledger, caller
from ledger.bootstrap import Application
from ledger.errors import LedgerError
from ledger.services.decide import DecisionAnswer
from ledger.services.decision_answers import Decided

router = APIRouter(prefix="/v1", tags=["consent"])

_ANSWER = TypeAdapter(DecisionAnswer)


class NoAnswer(BaseModel):
    """In the place of an answer: the problem that kept the question from being decided."""

    error: dict[str, Any]


class DecisionAnswers(BaseModel):
    """One entry per question, in the order asked."""

    items: list[DecisionAnswer | NoAnswer]


_ANSWERS = TypeAdapter(DecisionAnswers)


@router.post(
    "/decisions",
    summary="May this be read about this person?",
    response_model=DecisionAnswer | DecisionAnswers,
)
async def decide(
    body: Ask, request: Request, ledger: Ledger, who: Annotated[Caller, Depends(caller)]
) -> Response:
    """PERMIT or DENY with its reason, always logged; up to 1,000 questions at once, each decided on its own.
    Never answered from a stored response.
    """
    asked = body.root
    if isinstance(asked, AskDecision):
        (answer,) = await _answers(ledger, who, [asked])
        if isinstance(answer, LedgerError):
            raise answer
        return _json(_ANSWER.dump_json(answer))
    locale = locale_of(request)
    return _json(
        _ANSWERS.dump_json(
            DecisionAnswers(
                items=[
                    NoAnswer(error=problem(one, locale)) if isinstance(one, LedgerError) else one
                    for one in await _answers(ledger, who, asked.items)
                ]
            )
        )
    )


async def _answers(
    ledger: Application, who: Caller, asked: list[AskDecision]
) -> list[DecisionAnswer | LedgerError]:
    questions = [one.question() for one in asked]
    futures = [asyncio.wrap_future(ledger.decide.submit(who, question)) for question in questions]
    found = [await _settled(future) for future in futures]
    if not any(question.proof for question in questions):
        return [one.answer if isinstance(one, Decided) else one for one in found]
    proven = iter(
        await run_in_threadpool(ledger.decide.with_proofs, [one for one in found if isinstance(one, Decided)])
    )
    return [next(proven) if isinstance(one, Decided) else one for one in found]


async def _settled(future: asyncio.Future[Decided]) -> Decided | LedgerError:
    try:
        return await future
    except LedgerError as error:
        return error


def _json(content: bytes) -> Response:
    return Response(content, headers={"Cache-Control": "no-store"}, media_type="application/json")
