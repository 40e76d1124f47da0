"""Bodies of asking for a decision."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Code
from api.schemas.references import SubjectFields


class AskDecision(SubjectFields):
    """May this be read about this person for this purpose?"""

    provider: Annotated[Code, Field(examples=["civil-affairs"])]
    category: Annotated[Code, Field(examples=["residence"])]
    purpose: Annotated[Code, Field(examples=["home-care"])]
    consumer: Code | None = None
    """An API key's own organisation; a worker or reviewer who asks for another names it."""
    proof: bool = False
    """Whether the provider or the consumer wants what the ledger holds proven."""
