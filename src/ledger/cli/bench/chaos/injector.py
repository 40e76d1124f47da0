"""Makes the faults of a schedule happen at their times."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event

from ledger.cli.bench.chaos.bare_chain import BareChain
from ledger.cli.bench.chaos.disk import Disk
from ledger.cli.bench.chaos.proxy import Proxy
from ledger.cli.bench.chaos.schedule import KILLS, RPC, Fault, Kind
from ledger.cli.bench.chaos.service import Part, Service, tear
from ledger.cli.bench.postgres import PostgresServer

_LAST_DEPTH = 12
_LAST_LOAD = 4.0
"""Seconds of load whose blocks the last reorganisation undoes, most of them."""
_LAST_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that happened, at `at` seconds of the run."""

    at: float
    fault: Fault


@dataclass
class Injector:
    """What can be broken; on a chain of its own there is no proxy, on another's no disk of the chain's, and
    where the database is a file it is not killed.
    """

    service: Service
    home: Path
    disk: Disk | None = None
    proxy: Proxy | None = None
    chain: BareChain | None = None
    database: PostgresServer | None = None
    done: list[Done] = field(default_factory=list)

    def run(self, faults: Sequence[Fault], seconds: float, now: Callable[[], float]) -> None:
        """Returns when the run's seconds are over and nothing is broken any more."""
        steps: list[tuple[float, Callable[[], None], bool]] = []
        for fault in faults:
            steps.append((fault.at, partial(self._begin, fault, now), False))
            if fault.lasts:
                steps.append((fault.at + fault.lasts, partial(self._end, fault), True))
        if self.proxy is not None:
            self.proxy.is_noisy = True
        for at, step, ends in sorted(steps, key=lambda one: one[0]):
            time.sleep(max(0.0, at - now()))
            if ends or now() < seconds:  # waiting for the service may have used up the time
                step()
        time.sleep(max(0.0, seconds - now()))
        self.service.set_clock(0.0)
        if self.proxy is not None:
            self.proxy.is_noisy, self.proxy.on_send = False, None
        if self.proxy is not None and self.chain is not None:
            self._strike_last(self.proxy, self.chain, now)

    def _strike_last(self, proxy: Proxy, chain: BareChain, now: Callable[[], float]) -> None:
        """What no later fault may cover up: whoever sends is killed when a node has just got it, and blocks
        that recorded something are undone.
        """
        for kind in (Kind.KILL_AT_SEND, Kind.REORGANISE):
            self.service.wait_until_ready()
            fault = Fault(now(), kind, amount=_LAST_DEPTH)
            if kind is Kind.REORGANISE:
                time.sleep(_LAST_LOAD)
                chain.reorganise(fault.amount)
                self.done.append(Done(now(), fault))
                continue
            struck = Event()

            def strike(fault: Fault = fault, struck: Event = struck) -> None:
                self._kill_senders(fault, now)
                struck.set()

            proxy.passes_on, proxy.on_send = True, strike
            struck.wait(_LAST_PATIENCE)
            proxy.passes_on, proxy.on_send = None, None

    def _begin(self, fault: Fault, now: Callable[[], float]) -> None:
        if fault.kind in KILLS:
            self.service.wait_until_ready(fault.amount)
        at = now()
        happened = self._kill(fault, now) if fault.kind in KILLS else self._disturb(fault)
        if happened:
            self.done.append(Done(at, fault))

    def _kill(self, fault: Fault, now: Callable[[], float]) -> bool:
        """Whether anything was killed there and then."""
        workers, parts = self.service.workers, self.service.parts
        match fault.kind:
            case Kind.KILL_SERVICE:
                parts[fault.which % len(parts)].kill()
            case Kind.TEAR_JOURNAL:
                workers[0].kill(lambda: tear(self.home / "chain" / "journal"))
            case Kind.KILL_CHAIN:
                return workers[0].kill_children()  # false if the service had not started it yet
            case Kind.KILL_DATABASE if self.database is not None:
                self.database.kill()
                self.database.start()
            case Kind.KILL_AT_SEND if self.proxy is not None:
                self.proxy.on_send = lambda: self._kill_senders(fault, now)
                return False
        return True

    def _disturb(self, fault: Fault) -> bool:
        """Whether it could be done here."""
        match fault.kind:
            case Kind.STOP_WORKER:
                self._worker(fault).signal(signal.SIGSTOP)
            case Kind.MOVE_CLOCK:
                self.service.set_clock(fault.amount)
            case Kind.FILL_DISK:
                if self.disk is None or not self.disk.is_small:
                    return False
                self.disk.fill()
            case Kind.REORGANISE if self.chain is not None:
                self.chain.reorganise(fault.amount)
            case _ if self.proxy is not None:
                self.proxy.begin(fault.kind, fault.amount)
        return True

    def _worker(self, fault: Fault) -> Part:
        workers = self.service.workers
        return workers[fault.which % len(workers)]

    def _kill_senders(self, fault: Fault, now: Callable[[], float]) -> None:
        self.done.append(Done(now(), fault))
        for worker in self.service.workers:
            worker.kill()

    def _end(self, fault: Fault) -> None:
        if fault.kind is Kind.STOP_WORKER:
            self._worker(fault).signal(signal.SIGCONT)
        if fault.kind is Kind.FILL_DISK and self.disk is not None:
            self.disk.clear()
        if fault.kind in RPC and self.proxy is not None and self.proxy.mode is fault.kind:
            self.proxy.end()
