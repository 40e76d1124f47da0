"""Runs submitter and follower, each in a thread of its own, while it is this process's turn."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Self

import structlog

from ledger.errors import LedgerError
from ledger.relay.follower import Follower
from ledger.relay.submitter import Submitter
from ledger.store.turn import Turn

log = structlog.get_logger(__name__)

POLL = 1.0
"""Seconds between looks at the chain when nobody says that there is something to see."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 2.0
"""Seconds to wait after a failure, doubled with each that follows."""
_TURN_EVERY = 0.2
"""Seconds between looks whether it is this process's turn."""
_STOP_WITHIN = 30.0
"""Seconds that a round may take to end: sealing a block of a large chain is the longest step."""


class Relay:
    """Submitter and follower at work. A context manager: both threads have ended when it is left."""

    def __init__(self, submitter: Submitter, follower: Follower, turn: Turn, *, poll: float = POLL) -> None:
        self._submitter = submitter
        self._follower = follower
        self._turn = turn
        self._poll = poll
        self._stopping = Event()
        self._accepted = Event()
        self._sealed = Event()
        self._threads = [
            Thread(target=self._run, args=("submitter", self._submit, self._accepted), name="submitter"),
            Thread(target=self._run, args=("follower", self._follow, self._sealed), name="follower"),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(_STOP_WITHIN)

    def wake(self) -> None:
        """Something was accepted, or sent to the chain: look at once."""
        self._accepted.set()
        self._sealed.set()

    def _submit(self) -> float:
        pause = self._submitter.tick()
        if pause == 0:
            self._sealed.set()
        return pause

    def _follow(self) -> float:
        before = self._follower.position
        more = self._follower.tick()
        if self._follower.position != before:
            self._accepted.set()  # words have changed: others of their tags may follow
        return 0 if more else self._poll

    def _run(self, part: str, round_: Callable[[], float], woken: Event) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            if not self._turn.is_ours:
                self._stopping.wait(_TURN_EVERY)
                continue
            woken.clear()  # before the round: what happens during it is seen to in the next
            try:
                woken.wait(round_())
                pause = _FIRST_PAUSE
            except Exception as error:
                if not isinstance(error, LedgerError):
                    log.exception("relay.failed", part=part)
                else:
                    log.warning("relay.trouble", part=part, again_in=pause, code=error.code, **error.params)
                self._stopping.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
