"""The strict model that every request body is, and the types that several of them share."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

# Control characters but for line breaks and tabs, lone surrogates, and what hides or turns text.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]"
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Body(BaseModel):
    """A request body: nothing in it that we don't know, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _printable(value: object) -> object:
    if isinstance(value, str) and _UNPRINTABLE.search(value):
        raise PydanticCustomError("field_unprintable", "holds control characters")
    return value


def _iso_date(value: object) -> object:
    # Pydantic would take a number as a moment; a date is a day on a calendar.
    if value is None or isinstance(value, date) or (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        return value
    raise PydanticCustomError("field_not_date", "is not a date YYYY-MM-DD")


def _within_reach(value: date) -> date:
    # Nobody alive was born before; and times are unix seconds in 32 bits, which end in 2106.
    if 1900 <= value.year <= 2105:
        return value
    raise PydanticCustomError("field_date_out_of_reach", "is not a date from 1900 to 2105")


Text = Annotated[str, BeforeValidator(_printable)]
ShortText = Annotated[Text, Field(min_length=1, max_length=200)]
LongText = Annotated[Text, Field(max_length=500)]
Code = Annotated[Text, Field(min_length=1, max_length=40)]
"""An organisation's, programme's, category's or purpose's code."""
IdentityNumberText = Annotated[Text, Field(min_length=1, max_length=40, examples=["519999194001010013"])]
SubjectId = Annotated[Text, Field(min_length=1, max_length=40, examples=["Sabcdefghijklmnopqrstuvwxyz"])]
HandleText = Annotated[
    Text, Field(min_length=1, max_length=60, examples=["Habcdefghijklmnopqrstuvwxyz234567"])
]
Sha256Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
UnixTime = Annotated[int, Field(strict=True, ge=0, lt=1 << 32)]
IsoDate = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_within_reach)]

Name = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
"""An id, code, handle or address as part of a path."""
