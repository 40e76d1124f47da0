"""One client's requests to the service, which may be dying."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import urllib3


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `body` is JSON."""

    status: int
    body: Any


class Client:
    """Not shared by threads. Asks each of `urls` in turn. `token` is a bearer token."""

    def __init__(self, urls: Sequence[str], token: str) -> None:
        self._urls = cycle(urls)
        self._headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=2.0, read=20.0), maxsize=1
        )

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> Reply | None:
        """The reply, or None if there was none that can be read."""
        headers = dict(self._headers)
        if key is not None:
            headers["idempotency-key"] = key
        data = None
        if body is not None:
            headers["content-type"] = "application/json"
            data = json.dumps(body).encode()
        try:
            reply = self._pool.request(method, next(self._urls) + path, body=data, headers=headers)
            return Reply(reply.status, json.loads(reply.data) if reply.data else None)
        except (urllib3.exceptions.HTTPError, ValueError):
            return None

    def insist(
        self, method: str, path: str, body: Any, key: str, goes_on: Callable[[], bool]
    ) -> Reply | None:
        """The same request under the same key until it is answered, or nobody wants to know any more."""
        while goes_on():
            reply = self.ask(method, path, body, key)
            if reply is not None and reply.status < 500:
                return reply
            time.sleep(0.1)
        return None


def sign_in(urls: Sequence[str], login: str, password: str) -> str:
    """A session's token. Raises RuntimeError if the service does not give one."""
    reply = Client(urls, "").ask("POST", "/v1/sessions", {"login": login, "password": password})
    if reply is None or reply.status != 201:
        raise RuntimeError(f"{login} cannot sign in: {reply}")
    return str(reply.body["token"])
