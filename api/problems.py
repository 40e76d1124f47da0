"""Every error as problem+json (RFC 9457) under `/v1`, and as a page in the console, in the reader's language.

Nothing that was sent is echoed: a wrong value may be somebody's identity number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.locale import locale_of
from ledger.errors import BadInput, Forbidden, LedgerError, NotAuthenticated, NotFound, TooMany
from ledger.texts.messages import text

MEDIA_TYPE = "application/problem+json"
# Pydantic's error types that have a sentence of their own; any other is "field_wrong".
FIELD_CODES = {
    "missing": "field_missing",
    "extra_forbidden": "field_unknown",
    "string_too_short": "field_too_short",
    "string_too_long": "field_too_long",
    "string_pattern_mismatch": "field_wrong_pattern",
    "string_type": "field_not_text",
    "int_type": "field_not_integer",
    "int_parsing": "field_not_integer",
    "int_from_float": "field_not_integer",
    "bool_type": "field_not_boolean",
    "bool_parsing": "field_not_boolean",
    "list_type": "field_not_list",
    "too_short": "field_too_few",
    "too_long": "field_too_many",
    "greater_than_equal": "field_too_small",
    "less_than_equal": "field_too_great",
    "less_than": "field_over",
    "literal_error": "field_not_one_of",
    "enum": "field_not_one_of",
    "date_type": "field_not_date",
    "date_parsing": "field_not_date",
    "date_from_datetime_parsing": "field_not_date",
    "date_from_datetime_inexact": "field_not_date",
    "datetime_parsing": "field_not_moment",
    "datetime_from_date_parsing": "field_not_moment",
    "datetime_type": "field_not_moment",
    "timezone_aware": "field_not_moment",
    "model_type": "field_not_object",
    "model_attributes_type": "field_not_object",
    "dict_type": "field_not_object",
}
_PARAMETERS = ("min_length", "max_length", "ge", "le", "lt", "expected")
_OWN_NAME = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)


def problem(
    error: LedgerError, locale: str, status: int | None = None, errors: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The problem document of an error; `errors` are those of single fields."""
    status = status or error.http_status
    document: dict[str, Any] = {
        "type": f"urn:certification-ledger:problem:{error.code}",
        "title": text(f"status.{status}", locale),
        "status": status,
        "detail": text(error.code, locale, **error.params),
        "code": error.code,
        "params": error.params,
    }
    return document | ({"errors": list(errors)} if errors else {})


def problem_response(
    request: Request, error: LedgerError, status: int | None = None, errors: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """The error as problem+json."""
    locale = locale_of(request)
    headers = {"Content-Language": locale}
    if isinstance(error, NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.params["retry_after"])
    document = problem(error, locale, status, errors)
    return JSONResponse(document, document["status"], headers, media_type=MEDIA_TYPE)


def error_response(
    request: Request, error: LedgerError, status: int | None = None, errors: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """The error as whoever asked can read it: a page for the console's paths, problem+json for all others."""
    from api.console.errors import error_page, is_console

    if is_console(request):
        return error_page(request, error, status)
    return problem_response(request, error, status, errors)


def field_errors(found: Sequence[Mapping[str, Any]], locale: str) -> list[dict[str, str]]:
    """Each wrong field with its place (a JSON pointer, RFC 6901), code and sentence, without its value."""
    errors = []
    for one in found:
        context = cast("dict[str, Any]", one.get("ctx", {}))
        kind = str(one["type"])
        if kind in {"too_short", "too_long"} and context["field_type"] == "Value":
            kind = f"string_{kind}"  # how Pydantic tells of a text with a check of ours around it
        # A name in brackets is that of a kind of body, not of a field.
        path = [part for part in list(one["loc"])[1:] if not str(part).startswith("(")]
        code = FIELD_CODES.get(kind, kind if kind.startswith("field_") else "field_wrong")
        # A name that we don't know was chosen by the sender, and may itself be somebody's number.
        path = path[:-1] if kind == "extra_forbidden" else path
        pointer = "".join(
            f"/{part if isinstance(part, int) or _OWN_NAME.fullmatch(part) else '-'}" for part in path
        )
        params = {name: context[name] for name in _PARAMETERS if name in context}
        errors.append({"pointer": f"#{pointer}", "code": code, "detail": text(code, locale, **params)})
    return errors


def validation_failed(request: Request, error: Exception) -> Response:
    """400 for what cannot be read, with the fields that are wrong."""
    found = cast("RequestValidationError", error).errors()
    if any(one["type"] == "json_invalid" for one in found):
        return error_response(request, BadInput("body_not_json"))
    errors = field_errors(found, locale_of(request))
    return error_response(request, BadInput("fields_invalid", fields=len(errors)), errors=errors)


def http_failed(request: Request, error: Exception) -> Response:
    """What the framework itself refuses: no such route, no such method, a body it cannot read."""
    failure = cast("HTTPException", error)
    cause = failure.__cause__
    if isinstance(cause, LedgerError):
        return error_response(request, cause)
    if isinstance(cause, UnicodeError):
        return error_response(request, BadInput("body_not_utf8"))
    known: dict[int, LedgerError] = {
        400: BadInput("body_unreadable"),
        403: Forbidden("not_allowed"),
        404: NotFound("no_such_path"),
        405: BadInput("wrong_method"),
    }
    response = error_response(
        request, known.get(failure.status_code, BadInput("body_unreadable")), status=failure.status_code
    )
    for name, value in (failure.headers or {}).items():
        response.headers[name] = value
    return response


def ledger_failed(request: Request, error: Exception) -> Response:
    """An error raised on purpose."""
    return error_response(request, cast("LedgerError", error))


def install(app: FastAPI) -> None:
    """Answer every kind of error through this module."""
    app.add_exception_handler(LedgerError, ledger_failed)
    app.add_exception_handler(RequestValidationError, validation_failed)
    app.add_exception_handler(HTTPException, http_failed)
