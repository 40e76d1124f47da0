"""The service's log: JSON lines in a file, so that the terminal stays readable."""

from __future__ import annotations

import logging
import logging.handlers
import os
from io import TextIOWrapper
from pathlib import Path

import structlog

_LARGEST = 10 * 1024 * 1024
_KEPT = 5


class _LogFile(logging.handlers.RotatingFileHandler):
    """Formats each line once, and asks the file system nothing: its own base class does either twice."""

    def __init__(self, path: Path, *, maxBytes: int, backupCount: int, encoding: str) -> None:  # noqa: N803
        super().__init__(path, maxBytes=maxBytes, backupCount=backupCount, encoding=encoding)
        self._size = path.stat().st_size

    def _open(self) -> TextIOWrapper:
        """The file, also the next one when it was full, which only its owner can read."""
        os.close(os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
        return super()._open()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record) + self.terminator
            size = len(line.encode())
            if self._size and self._size + size > self.maxBytes:
                self.doRollover()
                self._size = 0
            if self.stream is None:
                self.stream = self._open()
            self.stream.write(line)
            self.flush()
            self._size += size
        except Exception:  # noqa: BLE001 - as logging does it: no line is worth the request
            self.handleError(record)


def write_logs_to(path: Path) -> None:
    """Sends structlog's lines, and other libraries' warnings, to a file that only its owner can read."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _LogFile(path, maxBytes=_LARGEST, backupCount=_KEPT, encoding="utf-8")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    for present in root.handlers[:]:
        root.removeHandler(present)
        if isinstance(present, _LogFile):
            present.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for chatty in ("alembic", "httpx", "httpcore", "urllib3", "uvicorn", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
