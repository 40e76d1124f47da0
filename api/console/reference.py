"""The API's reference, rendered from its OpenAPI description: no script, nothing from a third party."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.console.forms import optional_page_actor
from api.console.render import page

router = APIRouter()

METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of a shape."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: str
    answers: tuple[tuple[str, str], ...]
    """(status, shape)"""


@router.get("/docs")
def reference(request: Request) -> Response:
    """What there is to call and what it takes; open to all, like the description it is made from."""
    optional_page_actor(request)
    document = request.app.openapi()
    return page(
        request,
        "reference.html",
        about=document["info"],
        groups=_groups(document),
        shapes=[
            (name, schema.get("description", ""), _fields(schema), _example(schema))
            for name, schema in sorted(document["components"]["schemas"].items())
            if "properties" in schema
        ],
    )


def _groups(document: dict[str, Any]) -> dict[str, list[Operation]]:
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                groups.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    return groups


def _operation(method: str, path: str, operation: dict[str, Any]) -> Operation:
    body = operation.get("requestBody", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=operation.get("description", ""),
        parameters=tuple(
            Field(one["name"], _type(one["schema"]), one["required"], one.get("description", ""))
            for one in operation.get("parameters", ())
        ),
        body=", ".join(_type(content["schema"]) for content in body.values()),
        answers=tuple(
            (
                status,
                ", ".join(
                    _type(one["schema"]) for one in answer.get("content", {}).values() if one.get("schema")
                ),
            )
            for status, answer in operation["responses"].items()
        ),
    )


def _fields(schema: dict[str, Any]) -> list[Field]:
    required = schema.get("required", ())
    return [
        Field(name, _type(one), name in required, one.get("description", ""))
        for name, one in schema["properties"].items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A JSON Schema type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if schema.get("type") == "array":
        return f"[{_type(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type", "any"))


def _example(schema: dict[str, Any]) -> str:
    found = schema.get("examples")
    return json.dumps(found[0], ensure_ascii=False, indent=2) if found else ""
