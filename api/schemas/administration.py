"""Bodies of what an operator makes and ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.base import Body, Code, ShortText, Text, UnixTime
from ledger.services.actors import Role, Scope

Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class NewUser(Body):
    """A user of an organisation; they set their own password through the one-time link that comes back."""

    login: Annotated[Text, Field(min_length=1, max_length=64, examples=["wangfang"])]
    display_name: Annotated[ShortText, Field(examples=["王芳"])]
    role: Role
    organisation: Code
    communities: Annotated[tuple[Code, ...], Field(max_length=100)] = ()
    """Codes of the communities whose people a worker or reviewer sees."""
    locale: Literal["zh-CN", "en"] = "zh-CN"


class NewSigner(Body):
    """A fresh signing key for an organisation."""

    organisation: Code
    days: Days = 730


class EndSigner(Body):
    """When a key's window ends; now by default."""

    at: UnixTime | None = None


class DistrustSigner(Body):
    """From when on a key's signatures are not relied on."""

    since: UnixTime


class CreateApiKey(Body):
    """A key for a department's own systems."""

    organisation: Code
    label: ShortText
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=10)]
    days: Days = 365
