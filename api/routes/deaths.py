"""Deaths reported, and what departments must hear of them."""

from __future__ import annotations

from fastapi import APIRouter

from api.pagination import Cursor, Limit, Page, decode_cursor, encode_cursor
from api.schemas.base import Code, IsoDate
from api.schemas.references import SubjectFields
from api.security import CurrentActor, Ledger
from ledger.services.deaths.report import Correction, DeathReport, Reported

router = APIRouter(prefix="/v1", tags=["deaths"])


class NewDeath(SubjectFields):
    """Somebody says that a person died."""

    source: Code = "community"
    """Who says so: `community`, `family`, `neighbour`, or a death-like kind of the programme's rules."""
    died_on: IsoDate
    """Sealed, and never on the chain."""
    programme: Code = "senior-allowance"


@router.post("/deaths", status_code=202, summary="Report a death")
def report(body: NewDeath, actor: CurrentActor, ledger: Ledger) -> Reported:
    """It blocks automatic certification and opens a case or adds to one; by itself it stops nothing. The same
    report again changes nothing.
    """
    wanted = DeathReport(body.reference(), body.source, body.died_on, body.programme)
    return ledger.deaths.report(actor, wanted)


@router.get("/corrections", summary="What was told to a department and is not so")
def corrections(
    actor: CurrentActor, ledger: Ledger, cursor: Cursor = None, limit: Limit = 50
) -> Page[Correction]:
    """In order, under the department's own handles. `next` stays the same until there is more: keep it."""
    after = decode_cursor(cursor) or 0
    found = list(ledger.deaths.corrections(actor, after, limit))
    return Page(items=found, next=encode_cursor(found[-1].sequence if found else after))
