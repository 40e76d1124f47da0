"""Bodies of looking people up."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Body, Code, IdentityNumberText, ShortText


class Search(Body):
    """People by name within a community."""

    name: Annotated[ShortText, Field(examples=["王秀兰"])]
    community: Code | None = None
    """Community's code; all of the asker's by default."""


class Resolve(Body):
    """Whose numbers these are: a user sends one, a department up to 1,000."""

    identity_numbers: Annotated[list[IdentityNumberText], Field(min_length=1, max_length=1000)]
