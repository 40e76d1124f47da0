"""The web application: routes, pages, and what every request goes through."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from api import console, openapi, problems
from api.middleware.access_log import AccessLog
from api.middleware.crash_guard import CrashGuard
from api.middleware.security_headers import SecurityHeaders
from api.middleware.size_limit import RequestSizeLimit
from api.routes import (
    access_log,
    administration,
    bases,
    cases,
    certifications,
    consents,
    data,
    deaths,
    decisions,
    delegations,
    erasures,
    errors,
    forms,
    imports,
    ladder,
    legacy,
    lists,
    months,
    notices,
    probes,
    registry,
    seamless,
    sessions,
    signals,
    statements,
    subjects,
)
from ledger.bootstrap import Application

JSON_LIMIT = 1024 * 1024
FORM_OVERHEAD = 64 * 1024  # a multipart body is its file and some lines around it
UPLOAD_FOLDERS = ("/v1/form-templates/", "/v1/legacy/", "/forms/", "/legacy/")
UPLOAD_PATHS = frozenset(
    {"/v1/subjects/import", "/v1/signals", "/v1/consents/paper", "/consents/paper", "/imports"}
)
ROUTERS = (
    decisions,  # first, as every request is compared with each route before its own
    sessions,
    subjects,
    imports,
    certifications,
    cases,
    consents,
    deaths,
    errors,
    delegations,
    bases,
    ladder,
    lists,
    signals,
    months,
    forms,
    registry,
    legacy,
    notices,
    seamless,
    administration,
    probes,
    statements,
    erasures,
    access_log,
    data,
)

DESCRIPTION = """\
Certifies that elders are alive and eligible, on a ledger that holds pseudonyms only.

Errors are problem+json (RFC 9457) with a `code`; their sentences follow `Accept-Language` (zh-CN, en).
Times are unix seconds. Lists come in pages: hand `next` back as `cursor`.
A change is answered with 202 and an operation; follow it at `/v1/operations/{id}` until it is `final` or
`refused`.
"""


def create_app(application: Application) -> FastAPI:
    """The app that serves an open installation."""
    app = FastAPI(
        title="Certification ledger",
        version=version("certification-ledger"),
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        # FastAPI's own documentation pages load from a third party; ours is console/reference.py.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    registry = probes.new_registry(application.status)
    app.state.application = application
    app.state.metrics = registry
    for module in ROUTERS:
        app.include_router(module.router, responses=openapi.PROBLEMS)
    console.install(app)
    problems.install(app)
    openapi.describe(app)

    upload_limit = application.settings.upload_limit + FORM_OVERHEAD

    def limit_of(path: str) -> int:
        takes_file = path in UPLOAD_PATHS or path.startswith(UPLOAD_FOLDERS) or path.endswith("/payments")
        return upload_limit if takes_file else JSON_LIMIT

    app.add_middleware(RequestSizeLimit, limit_of=limit_of)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(CrashGuard)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AccessLog, registry=registry)
    return app
