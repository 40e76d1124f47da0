"""A mistake of ours, answered without its details and logged without what it quotes."""

from __future__ import annotations

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import error_response
from ledger.errors import LedgerError

log = structlog.get_logger("crash")


class CrashGuard:
    """Answers 500 `internal_error` for whatever is raised; the framework's own would log its message."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets an answer
            # A message may quote a row of the database: only its type and the places in the code are logged.
            log.error("crashed", error=type(error).__name__, at=_places(error))
            if begun:
                return
            await error_response(Request(scope), LedgerError("internal_error"))(scope, receive, send)


def _places(error: BaseException) -> list[str]:
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-12:]
