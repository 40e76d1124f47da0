"""Bodies of seamless certification."""

from __future__ import annotations

from api.schemas.base import Body, Code, IsoDate, ShortText


class NewRun(Body):
    """A run over everyone who is due."""

    programme: Code = "senior-allowance"
    as_of: IsoDate | None = None
    """By the signals known at the end of this day (UTC+8); now if not given."""
    dry: bool = False
    """Only count."""


class NewNotice(Body):
    """That the people of a community were told of seamless certification."""

    community: Code
    legal_reference: ShortText
    told_on: IsoDate
    programme: Code = "senior-allowance"
