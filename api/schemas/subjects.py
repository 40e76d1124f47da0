"""Bodies of looking people up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Body, Code, IdentityNumberText, ShortText, Text
from api.schemas.references import SubjectFields
from ledger.domain.roster.columns import Column


class NewSubject(Body):
    """One person, as a row of a roster describes them."""

    fields: Annotated[
        dict[Column, Annotated[Text, Field(max_length=500)]],
        Field(min_length=1, examples=[{"name": "王秀兰", "identity_number": "519999194001010013"}]),
    ]
    """By column name; `name` and `identity_number` are needed. Values are read as a roster's cells are."""
    community: Code | None = None
    """Community's code; needed by someone with several."""


class Search(Body):
    """People by name within a community."""

    name: Annotated[ShortText, Field(examples=["王秀兰"])]
    community: Code | None = None
    """Community's code; all of the asker's by default."""


class Rotate(SubjectFields):
    """Whose handle is to be replaced."""

    organisation: Code | None = None
    """Whose handle it is; needed by a worker or reviewer."""


class Resolve(Body):
    """Whose numbers these are: a user sends one, a department up to 1,000."""

    identity_numbers: Annotated[list[IdentityNumberText], Field(min_length=1, max_length=1000)]
