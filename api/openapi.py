"""The API's description, with our own errors in place of the framework's."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field

from api.problems import MEDIA_TYPE


class FieldError(BaseModel):
    """What is wrong with one field."""

    pointer: str = Field(description="JSON pointer (RFC 6901)", examples=["#/items/0/method"])
    code: str = Field(examples=["field_not_one_of"])
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457), with its sentences in the reader's language."""

    type: str = Field(examples=["urn:certification-ledger:problem:not_yours"])
    title: str
    status: int
    detail: str
    code: str = Field(description="Stays the same in every language", examples=["not_yours"])
    params: dict[str, str | int | None] = Field(description="What the sentence was filled from")
    errors: list[FieldError] | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "A problem: 400 unreadable, 401 not signed in, 403 not allowed, 404 not found, "
        "409 conflict, 413 too large, 422 refused by a rule, 429 too many, 503 cannot know",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}
"""Every route's responses besides its own."""


def describe(app: FastAPI) -> None:
    """Adds the shape of a problem to what the app says about itself."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            document["components"]["schemas"].update({**shape.pop("$defs"), "Problem": shape})
        return generate()

    app.openapi = openapi  # type: ignore[method-assign]
