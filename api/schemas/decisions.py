"""Bodies of asking for a decision."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, RootModel, Tag

from api.schemas.base import Body, Code
from api.schemas.references import SubjectFields
from ledger.services.decision_answers import MOST_QUESTIONS, Question


class AskDecision(SubjectFields):
    """May this be read about this person for this purpose?"""

    provider: Annotated[Code, Field(examples=["civil-affairs"])]
    category: Annotated[Code, Field(examples=["residence"])]
    purpose: Annotated[Code, Field(examples=["home-care"])]
    consumer: Code | None = None
    """An API key's own organisation; a worker or reviewer who asks for another names it."""
    proof: bool = False
    """Whether the provider or the consumer wants what the ledger holds proven."""

    def question(self) -> Question:
        """The question as the use case takes it."""
        return Question(
            self.reference(), self.provider, self.category, self.purpose, self.consumer, self.proof
        )


class AskDecisions(Body):
    """Several questions, each decided on its own."""

    items: Annotated[list[AskDecision], Field(min_length=1, max_length=MOST_QUESTIONS)]


ONE, MANY = "(one)", "(many)"
"""How Pydantic names the branches where it says what is wrong; pointers leave them out."""


def _which(value: object) -> str:
    return MANY if isinstance(value, dict) and "items" in value else ONE


class Ask(
    RootModel[
        Annotated[
            Annotated[AskDecision, Tag(ONE)] | Annotated[AskDecisions, Tag(MANY)], Discriminator(_which)
        ]
    ]
):
    """One question, or `items` with up to 1,000."""
