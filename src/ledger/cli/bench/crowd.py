"""An installation with as many people as a benchmark asks for, and the worker who certifies them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.bootstrap import Application
from ledger.domain.identity_number import SYNTHETIC_PREFIX, check_digit
from ledger.domain.programmes import local_date
from ledger.services.actors import Actor, Role
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest, Rejected
from ledger.services.founding.operator import SYSTEM
from ledger.services.references import SubjectRef
from ledger.store import operations, subjects
from ledger.store.database import Database

COMMUNITY = "510181004002"
LOGIN, PASSWORD = "bench-worker", "a password for one run"  # of an installation that is gone after it
_FIRST_BORN, _LAST_BORN = date(1931, 1, 1), date(1944, 12, 31)
_ROSTER = 20_000
_REQUEST = 400
_OPEN_AT_MOST = 40_000


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of one community by subject id, and the worker who may see them."""

    worker: Actor
    subjects: Sequence[str]


def gather(application: Application, people: int) -> Crowd:
    """Makes the worker and the people, none of them certified yet."""
    invitation = application.accounts.create_user(
        SYSTEM,
        login=LOGIN,
        display_name=LOGIN,
        role=Role.WORKER,
        organisation=COMMUNITY,
        communities=[COMMUNITY],
    )
    application.accounts.accept(invitation.token, PASSWORD)
    worker = application.sessions.actor_of(invitation.user.id)
    for start in range(0, people, _ROSTER):
        lines = [
            f"老人,{identity_number(position)}" for position in range(start, min(start + _ROSTER, people))
        ]
        roster = "\n".join(["姓名,身份证号", *lines, ""]).encode()
        report = application.enrol.import_roster(worker, roster, "bench.csv", default_community=COMMUNITY)
        if report.counts.created != len(lines):
            raise RuntimeError(f"the import of {len(lines)} people says {report.counts}")
    with application.database.read() as conn:
        rows = subjects.in_communities(conn, [worker.organisation])
    return Crowd(worker, [row.id for row in rows])


def identity_number(position: int) -> str:
    """A number of its own for each position, of someone old enough."""
    sequence, day = divmod(position, (_LAST_BORN - _FIRST_BORN).days)
    first_17 = f"{SYNTHETIC_PREFIX}{_FIRST_BORN + timedelta(days=day):%Y%m%d}{sequence:03}"
    return first_17 + check_digit(first_17)


def certify(
    application: Application,
    crowd: Crowd,
    *,
    months_ago: int,
    subjects: Sequence[str] | None = None,
    size: int = _REQUEST,
) -> None:
    """One certification each, `size` to a request. A later month lasts longer, so each is a renewal."""
    day = local_date(time.time()) - timedelta(days=31 * months_ago)
    requests = [
        CertificationRequest(SubjectRef(id=one), action=Action.CERTIFY, method="visit", occurred_on=day)
        for one in (crowd.subjects if subjects is None else subjects)
    ]
    for start in range(0, len(requests), size):
        for answer in application.certify.submit(crowd.worker, requests[start : start + size]):
            if isinstance(answer, Rejected):
                raise answer.error
        if start % _OPEN_AT_MOST == 0:
            wait(application.database, at_most=_OPEN_AT_MOST)


def wait(database: Database, *, at_most: int = 0) -> None:
    """Until no more than so many operations are on their way."""
    while True:
        with database.read() as conn:
            if operations.waiting(conn) <= at_most:
                return
        time.sleep(0.02)
