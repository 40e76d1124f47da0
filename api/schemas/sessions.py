"""Bodies of signing in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.base import Body, Text


class SignIn(Body):
    """A user's login and password."""

    login: Annotated[Text, Field(min_length=1, max_length=64, examples=["nanqiao"])]
    password: Annotated[str, Field(min_length=1, max_length=1024, examples=["correct horse battery staple"])]
