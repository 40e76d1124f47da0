"""The console: server-rendered pages for workers, reviewers and operators, over the API's own use cases."""

from __future__ import annotations

from fastapi import FastAPI

from api.console import (
    accounts,
    acts,
    assets,
    cases,
    certify,
    consent_paper,
    consents,
    home,
    imports,
    ladder,
    month_forms,
    months,
    notices,
    operator,
    people,
    reference,
    registry,
    statement,
    verify,
)

ROUTERS = (
    accounts,
    home,
    people,
    certify,
    acts,
    cases,
    consent_paper,
    consents,
    imports,
    ladder,
    months,
    month_forms,
    registry,
    notices,
    operator,
    reference,
    statement,
    verify,
)


def install(app: FastAPI) -> None:
    """Adds the pages and what they load to the app; they stay out of the API's description."""
    for module in ROUTERS:
        app.include_router(module.router, include_in_schema=False)
    app.mount("/static", assets.files, name="static")
