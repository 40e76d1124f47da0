"""Bodies of working cases off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Code, IsoDate, Text
from api.schemas.references import SubjectFields
from ledger.domain.cases import Channel
from ledger.services.cases.work import CaseRequest

Words = Annotated[Text, Field(min_length=1, max_length=500)]


class NewCase(SubjectFields):
    """A question about a person."""

    kind: Literal["appeal", "identity", "anomaly"]
    text: Words
    """What is asked or objected to, in words; sealed."""
    channel: Channel = Channel.COUNTER
    """How word of it came."""
    programme: Code = "senior-allowance"

    def request(self) -> CaseRequest:
        """The case as the use case takes it."""
        return CaseRequest(
            subject=self.reference(),
            kind=self.kind,
            text=self.text,
            channel=self.channel.value,
            programme=self.programme,
        )


class Remark(Body):
    """A remark on a case."""

    text: Words


class Assignment(Body):
    """Who sees to a case."""

    login: Annotated[Text, Field(min_length=1, max_length=64)] | None = None
    """Nobody named: the asker."""


class Decision(Body):
    """What a case is decided as, and why."""

    outcome: Code
    """One of those that the case's `outcomes` list."""
    answer: Words
    """The reason, as it is answered to whoever asked; sealed."""
    checked_on: IsoDate | None = None
    """For a stop: the day, within the last week, on which it was checked a last time."""
    occurred_on: IsoDate | None = None
    """For a death that is confirmed: its date, if not the one reported."""
