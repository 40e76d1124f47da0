"""What brings records onto the chain: everything of an installation but its use cases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TypeVar

import structlog

from ledger.bootstrap.jobs import Job, Jobs
from ledger.bootstrap.keys_and_chain import Progress, open_keys_and_chain
from ledger.chain.blocks import head
from ledger.chain.deploy import deploy
from ledger.chain.deployment import Deployment
from ledger.chain.engine import Engine
from ledger.chain.governance import Governance as ChainGovernance
from ledger.chain.sender import Sender
from ledger.chain.views import Views
from ledger.domain import programmes
from ledger.errors import CannotKnow
from ledger.keys.vault import GOVERNANCE, Vault
from ledger.relay.anchoring import Anchoring
from ledger.relay.follower import Follower
from ledger.relay.forming import Limits
from ledger.relay.runner import POLL, Relay
from ledger.relay.stream_anchoring import StreamAnchoring
from ledger.relay.streams import MONTHS, SIGNALS
from ledger.relay.submitter import IDLE, Submitter
from ledger.services.context import Clock, Context
from ledger.services.erasure_list import apply_list
from ledger.services.errors.anomalies import Anomalies
from ledger.services.founding import (
    ChainRegister,
    NewOrganisation,
    first_organisations,
    keep_organisations,
    register_organisations,
    register_programmes,
)
from ledger.services.ladder.outages import Outages
from ledger.services.ladder.run import LadderRun
from ledger.services.notices.delivery import Delivery
from ledger.services.notices.senders import senders
from ledger.services.people import People
from ledger.settings import Settings
from ledger.store import index
from ledger.store.database import Database
from ledger.store.migrate import migrate
from ledger.store.turn import Turn

Done = TypeVar("Done")

log = structlog.get_logger(__name__)

_PACE = 0.1
"""Seconds between looks for what other processes have accepted."""
_NOTICES_EVERY, _OUTAGES_EVERY, _LADDER_EVERY, _DAY = 5.0, 30.0, 3600.0, 86_400.0
"""Seconds between two runs of each job. A ladder counts in days."""
_PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries of what a start has to ask a node."""
_SOON = 1.0
"""Seconds in which a turn that nobody else has is ours."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a process stands on that brings records onto the chain."""

    context: Context
    engine: Engine
    deployment: Deployment
    register: ChainRegister
    organisations: Sequence[NewOrganisation]


@contextmanager
def working(settings: Settings, progress: Progress, clock: Clock, *, apart: bool = False) -> Iterator[Work]:
    """The relay at work. `apart`: others accept, of which it hears by looking; and another may be at it."""
    with ExitStack() as stack:
        organisations = first_organisations(settings.organisations_file)
        vault, engine = stack.enter_context(open_keys_and_chain(settings, progress=progress, apart=apart))
        database = Database(settings.resolved_database_url)
        stack.callback(database.close)
        turn = stack.enter_context(Turn(database))
        if not turn.wait(_SOON):
            progress("start.turn", 0, 1)
            turn.wait()
            progress("start.turn", 1, 1)
        progress("start.contracts", 0, 1)
        deployment = _patiently(lambda: deploy(engine, vault, settings.deployment_file))
        register = register_of(engine, vault, deployment)
        migrate(database)
        limits = Limits(size=settings.batch_size, age=settings.batch_age, deadline=settings.batch_deadline)
        follower = Follower(database, engine, deployment)
        anchoring = Anchoring(
            database,
            vault,
            deployment,
            every=settings.anchor_every,
            deadline=settings.batch_deadline,
            clock=time.time,
        )
        streams = [
            StreamAnchoring(
                database, vault, deployment, one, deadline=settings.batch_deadline, clock=time.time
            )
            for one in (MONTHS, SIGNALS)
        ]
        submitter = Submitter(
            database,
            vault,
            engine,
            deployment,
            limits,
            idle=_PACE if apart else IDLE,
            anchoring=(anchoring, *streams),
        )
        relay = Relay(submitter, follower, turn, poll=_PACE if apart else POLL)
        context = Context(
            database=database,
            vault=vault,
            settings=settings,
            programmes=shipped_programmes(),
            clock=clock,
            wake=relay.wake,
        )
        apply_list(context)
        _patiently(lambda: _found(context, register, organisations))
        progress("start.contracts", 1, 1)
        _patiently(lambda: _catch_up(follower, database, progress))
        stack.enter_context(relay)
        stack.enter_context(Jobs(_jobs(context)))
        yield Work(context, engine, deployment, register, organisations)


def _jobs(context: Context) -> Sequence[Job]:
    """What the worker does from time to time."""
    people = People(context)
    delivery = Delivery(context, people, senders(context.settings))
    return [
        Job("outages", _OUTAGES_EVERY, Outages(context).look),
        Job("notices", _NOTICES_EVERY, delivery.run),
        Job("ladder", _LADDER_EVERY, LadderRun(context, people).run, due=time.monotonic() + _LADDER_EVERY),
        Job("anomalies", _DAY, Anomalies(context, people).run, due=time.monotonic() + _DAY),
    ]


def shipped_programmes() -> dict[str, programmes.Programme]:
    """The programmes by code."""
    return {programme.code: programme for programme in programmes.shipped()}


def register_of(engine: Engine, vault: Vault, deployment: Deployment) -> ChainRegister:
    """The public register on chain, changed by governance's key."""
    sender = Sender(engine, vault, GOVERNANCE)
    return ChainRegister(
        governance=ChainGovernance(sender, deployment.addresses),
        views=lambda: Views(engine.rpc, deployment.addresses, head(engine.rpc).hash),
        vault=vault,
        admin=sender.address,
    )


def _patiently(step: Callable[[], Done]) -> Done:
    """A step that can be begun again, until a node that spoils its answers lets it come to its end.

    Raises CannotKnow if that takes too long.
    """
    for pause in _PAUSES:
        try:
            return step()
        except CannotKnow as trouble:
            log.warning("start.trouble", code=trouble.code, again_in=pause, **trouble.params)
            time.sleep(pause)
    return step()


def _found(context: Context, register: ChainRegister, organisations: Sequence[NewOrganisation]) -> None:
    """Chain first: what the database knows, the chain knows."""
    now = context.now()
    register_organisations(organisations, {}, register, now)
    register_programmes(context.programmes.values(), register)
    with context.database.write() as conn:
        keep_organisations(conn, organisations, {}, now)


def _catch_up(follower: Follower, database: Database, progress: Progress) -> None:
    """Rules are asked of the registers as indexed, so the first request must find them there."""
    more = True
    while more:
        more = follower.tick()
        with database.read() as conn:
            at = index.as_of(conn)
        progress("start.index", at.block if at else 0, at.head if at else 0)
