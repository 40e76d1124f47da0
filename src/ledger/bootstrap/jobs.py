"""What the service does by itself from time to time, one thing after the other in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Self

import structlog

from ledger.errors import LedgerError

log = structlog.get_logger(__name__)

_LOOK_EVERY = 1.0
_STOP_WITHIN = 60.0


@dataclass(slots=True)
class Job:
    """Something to do every so many seconds, counted from its last end. It is safe to break off at any point
    and to do again.
    """

    name: str
    every: float
    run: Callable[[], object]
    due: float = field(default=0.0, repr=False)


class Jobs:
    """A context manager: the jobs' thread has ended when it is left."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = jobs
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="jobs")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(_STOP_WITHIN)

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_EVERY):
            for job in self._jobs:
                if time.monotonic() >= job.due and not self._stopping.is_set():
                    self._do(job)

    def _do(self, job: Job) -> None:
        try:
            job.run()
        except LedgerError as error:
            log.warning("job.trouble", job=job.name, code=error.code, **error.params)
        except Exception:
            log.exception("job.failed", job=job.name)
        job.due = time.monotonic() + job.every
