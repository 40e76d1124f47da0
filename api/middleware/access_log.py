"""One structured line and two metrics per request, with nothing personal in them."""

from __future__ import annotations

import secrets
import time

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("access")


class AccessLog:
    """Logs the route's template, never path, query or body: a path names a subject, a body may name a person.

    Gives every request an id, which the response carries as `X-Request-Id` and every line logged while it is
    served as `request_id`.
    """

    def __init__(self, app: ASGIApp, registry: CollectorRegistry) -> None:
        self.app = app
        labels = ("method", "route", "status")
        self.requests = Counter("ledger_http_requests", "Requests served", labels, registry=registry)
        self.seconds = Histogram(
            "ledger_http_seconds", "Time to serve a request", ("route",), registry=registry
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        status = 500
        started = time.perf_counter()

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, with_id)
            finally:
                elapsed = time.perf_counter() - started
                route = getattr(scope.get("route"), "path", "unmatched")
                method = scope["method"] if scope.get("route") else "other"
                self.requests.labels(method, route, str(status)).inc()
                self.seconds.labels(route).observe(elapsed)
                log.info("request", method=method, route=route, status=status, ms=round(elapsed * 1000, 1))
