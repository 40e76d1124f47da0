"""The client of the running service."""

from __future__ import annotations

import json as json_module
import os
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from ledger.cli import output, session
from ledger.errors import (
    BadInput,
    CannotKnow,
    Conflict,
    Forbidden,
    LedgerError,
    NotAuthenticated,
    NotFound,
    Refused,
    TooLarge,
)

_BY_STATUS: dict[int, type[LedgerError]] = {
    400: BadInput,
    401: NotAuthenticated,
    403: Forbidden,
    404: NotFound,
    405: BadInput,
    409: Conflict,
    413: TooLarge,
    422: Refused,
    503: CannotKnow,
}


class ServiceError(LedgerError):
    """What the service answered instead of a result: a problem document (RFC 9457)."""

    exit_code: ClassVar[int] = 70

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(str(document["code"]))
        self.document = document


def exit_code_of(status: int) -> int:
    """The exit code for a problem of this HTTP status."""
    return _BY_STATUS.get(status, LedgerError).exit_code


def _service_error(document: Mapping[str, Any]) -> ServiceError:
    kind = type("ServiceError", (ServiceError,), {"exit_code": exit_code_of(int(document["status"]))})
    error: ServiceError = kind(document)
    return error


class Service:
    """A service and who we are to it."""

    def __init__(self, url: str, token: str | None) -> None:
        import urllib3

        self.url = url.rstrip("/")
        self._headers = {"Accept-Language": output.locale(), "Accept": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        # Sending again is decided below: harmless with an Idempotency-Key, or when nothing is changed.
        self._pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=5, read=120), retries=False)

    @classmethod
    def signed_in(cls) -> Service:
        """The service of the stored session; `$LEDGER_URL` and `$LEDGER_TOKEN` win over it."""
        token = os.environ.get("LEDGER_TOKEN")
        if token:
            return cls(os.environ.get("LEDGER_URL", session.DEFAULT_URL), token)
        stored = session.load()
        return cls(os.environ.get("LEDGER_URL", stored.url), stored.token)

    def call(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        query: Mapping[str, str | None] | None = None,
        record: bool = False,
        form: Mapping[str, Any] | None = None,
    ) -> Any:
        """What the service answers, parsed. `record` gives the request an Idempotency-Key.

        Raises ServiceError; CannotKnow `cli.service_unreachable`, `cli.service_unintelligible`.
        """
        body = self.raw(method, path, json=json, query=query, record=record, form=form)
        try:
            return json_module.loads(body) if body else None
        except ValueError as error:
            raise CannotKnow("cli.service_unintelligible", url=self.url) from error

    def raw(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        query: Mapping[str, str | None] | None = None,
        record: bool = False,
        form: Mapping[str, Any] | None = None,
    ) -> bytes:
        """The bytes of what the service answers."""
        import urllib3

        headers = dict(self._headers)
        options: dict[str, Any] = {}
        if json is not None:
            headers["Content-Type"] = "application/json"
            options["body"] = json_module.dumps(json).encode()
        elif form is not None or query is not None:
            options["fields"] = form or {
                name: value for name, value in (query or {}).items() if value is not None
            }
        if record:
            headers["Idempotency-Key"] = secrets.token_urlsafe(16)
        attempts = 3 if record or method == "GET" else 1
        for attempt in range(attempts):
            try:
                answer = self._pool.request(method, self.url + path, headers=headers, **options)
                break
            except urllib3.exceptions.HTTPError as error:
                if attempt == attempts - 1:
                    raise CannotKnow("cli.service_unreachable", url=self.url) from error
        if answer.status >= 400:
            raise self._problem(answer.status, answer.data)
        return answer.data

    def pages(self, path: str, query: Mapping[str, str | None] | None = None) -> Iterator[dict[str, Any]]:
        """Every item of a list."""
        cursor: str | None = None
        while True:
            page = self.call("GET", path, query={**(query or {}), "cursor": cursor, "limit": "200"})
            yield from page["items"]
            cursor = page["next"]
            if cursor is None:
                return

    def _problem(self, status: int, body: bytes) -> LedgerError:
        try:
            document = json_module.loads(body)
            return _service_error({"status": status, **document})
        except (ValueError, TypeError, KeyError):
            return CannotKnow("cli.service_unintelligible", url=self.url)
