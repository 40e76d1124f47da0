"""Step 7: who signed, recovered on every core."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from types import TracebackType

from ledger.domain.digests import Domains, event_digest
from ledger.domain.events import (
    CertificationsRecorded,
    ConsentsRecorded,
    CountedEvent,
    Event,
    TreeHeadAnchored,
)
from ledger.encoding import addresses, eip712
from ledger.encoding.types import Address, Digest
from ledger.errors import Refused
from ledger.keys import recovering, signatures
from ledger.keys.recovering import ADDRESS_SIZE, NOBODY

_WORTH_WORKERS = 1_000
"""Signatures in one stretch for which workers are started; each of them takes a tenth of a second to."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Whose signatures an event carries; None where none can be recovered, with the reason in `trouble`.

    `signer` is of the batch or tree head, `reviewer` of a reviewed batch's review. `signatures` were tried.
    `digest` is what the running head takes in, None for an event that it doesn't.
    """

    digest: Digest | None = None
    signer: Address | None = None
    reviewer: Address | None = None
    signatures: int = 0
    trouble: str | None = None


class Recovery:
    """Recovers signatures in `workers` processes, started when a stretch has enough of them.

    Threads won't do, though libsecp256k1 runs without the interpreter's lock: between two signatures each
    would wait for that lock while events are decoded and applied.
    """

    def __init__(self, workers: int | None = None) -> None:
        self._size = workers or os.cpu_count() or 1
        self._workers: _Workers | None = None

    def __enter__(self) -> Recovery:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._workers is not None:
            self._workers.end()

    def begin(self, events: Sequence[Event], domains: Domains) -> Callable[[], Iterator[Recovered]]:
        """Begins on a stretch's events. What is returned waits, and says of each who signed it."""
        digests = [event_digest(domains, one) if isinstance(one, CountedEvent) else None for one in events]
        frames = [_frame(event, digest) for event, digest in zip(events, digests, strict=True)]
        found = self._recover([frame for frame in frames if frame])

        def wait() -> Iterator[Recovered]:
            answers = found()
            signers = iter([answers[at : at + ADDRESS_SIZE] for at in range(0, len(answers), ADDRESS_SIZE)])
            for event, digest, frame in zip(events, digests, frames, strict=True):
                raw = next(signers) if frame else NOBODY
                if raw != NOBODY:
                    yield Recovered(digest, addresses.from_bytes(raw), None, 1)
                elif digest is not None:
                    yield _recover_here(event, digest, domains)
                else:
                    yield _UNCOUNTED

        return wait

    def _recover(self, frames: Sequence[bytes]) -> Callable[[], bytes]:
        if self._workers is None and len(frames) >= _WORTH_WORKERS:
            self._workers = _Workers(self._size)
        if self._workers is None:
            return lambda: recovering.recover_all(b"".join(frames))
        return self._workers.begin(frames)


class _Worker:
    """A process of `ledger.keys.recovering`."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", recovering.__name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, frames: bytes) -> bytes:
        """The answer. Raises OSError if the process has ended."""
        size = len(frames) // recovering.FRAME_SIZE * ADDRESS_SIZE
        asked, answered = self._process.stdin, self._process.stdout
        if asked is None or answered is None:
            raise OSError("a process without pipes")
        asked.write(len(frames).to_bytes(4, "big") + frames)
        asked.flush()
        answer = answered.read(size)
        if len(answer) != size:
            raise OSError("a process that recovers signatures has ended")
        return answer

    def end(self) -> None:
        """Lets it end, and waits until it has."""
        self._process.communicate()


class _Workers:
    """Processes, each with a thread that hands it its share of a stretch and waits for the answer."""

    def __init__(self, size: int) -> None:
        self._all = [_Worker() for _ in range(size)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="audit-sign")

    def end(self) -> None:
        """Ends the processes."""
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.end()

    def begin(self, frames: Sequence[bytes]) -> Callable[[], bytes]:
        """Shares the frames out; what is returned waits for the answers."""
        share = -(-len(frames) // len(self._all)) or 1
        parts = [b"".join(frames[at : at + share]) for at in range(0, len(frames), share)]
        waiting = [self._threads.submit(self._ask, part) for part in parts]
        return lambda: b"".join(one.result() for one in waiting)

    def _ask(self, part: bytes) -> bytes:
        worker = self._idle.get()
        try:
            return worker.ask(part)
        finally:
            self._idle.put(worker)


_UNCOUNTED = Recovered()
_BATCHES = (CertificationsRecorded, ConsentsRecorded)


def _frame(event: Event, digest: Digest | None) -> bytes:
    """What a worker needs for a batch with one signature that is as long as one; else nothing."""
    if digest is None or not isinstance(event, _BATCHES) or len(event.signature) != signatures.SIGNATURE_SIZE:
        return b""
    return b"" if isinstance(event, ConsentsRecorded) and event.reviewed else digest + event.signature


def _recover_here(event: Event, digest: Digest, domains: Domains) -> Recovered:
    """The rare ones: tree heads, reviewed batches, and signatures that a worker got no address from."""
    if not isinstance(event, CertificationsRecorded | ConsentsRecorded | TreeHeadAnchored):
        return Recovered(digest)
    try:
        signer = signatures.recover(digest, event.signature)
        if isinstance(event, ConsentsRecorded) and event.reviewed:
            review = eip712.incapacity_review_digest(domains[event.contract], digest)
            return Recovered(digest, signer, signatures.recover(review, event.review), signatures=2)
    except Refused as refusal:
        return Recovered(digest, signatures=1, trouble=str(refusal.params.get("reason")))
    return Recovered(digest, signer, signatures=1)
