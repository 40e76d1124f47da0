"""An installation without a relay, in which everybody is due and nobody has been certified yet.

The people come in as they always do. Their words are written into the index, as if a chain had recorded them.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import insert

from ledger.bootstrap import Application, open_api, open_application
from ledger.cli.bench import crowd
from ledger.domain import next_words
from ledger.domain.codes import Authorisation, Method, Scheme
from ledger.domain.identity_number import parse
from ledger.domain.programmes import local_date, months_before, validity
from ledger.domain.seamless.lines import split
from ledger.domain.seamless.manifest import MOST_LINES, describe
from ledger.domain.tags import certification_tag
from ledger.encoding.types import Word
from ledger.encoding.words import certification
from ledger.services.actors import Actor, Role, Scope
from ledger.services.demo_city.draws import Draws
from ledger.services.founding.operator import SYSTEM
from ledger.services.ids import new_id
from ledger.services.signals.answers import Delivery
from ledger.settings import Settings
from ledger.store import index, records
from ledger.store import subjects as subjects_store
from ledger.store.tables import words

KINDS = {
    "medical-insurance": ("inpatient-stay", "clinic-visit", "pharmacy"),
    "health": ("vaccination",),
    "transport": ("bus-card",),
    "civil-affairs": ("home-visit",),
}
"""Six kinds by the department that reports them."""
MONTHS = 12
SHARE = 0.55
"""Of people, kinds and months, how many have a signal: 25,000 people come to about 1,000,000 lines."""
OPERATOR = "bench-operator"
_PROGRAMME = "senior-allowance"
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Ground:
    """Where it is, and who acts there."""

    settings: Settings
    operator: str
    """User id"""
    keys: dict[str, str]
    """API keys by department"""


@contextmanager
def due_city(people: int, database_url: str | None = None) -> Iterator[Ground]:
    """So many people of the pilot community, all due, told of seamless certification; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        settings = Settings(
            home=Path(folder) / "home", chain_port=0, port=0, rpc_url=None, database_url=database_url
        )
        with open_application(settings) as application:
            operator = application.accounts.create_user(
                SYSTEM,
                login=OPERATOR,
                display_name=OPERATOR,
                role=Role.OPERATOR,
                organisation="510181",
            ).user.id
            actor = application.sessions.actor_of(operator)
            keys = {department: _agree(application, actor, department) for department in KINDS}
            crowd.gather(application, people)
            _catch_up(application)
        with open_api(settings) as application:
            _make_due(application)
        yield Ground(settings, operator, keys)


def deliveries(application: Application, ground: Ground) -> Iterator[tuple[Actor, str, bytes]]:
    """Files of up to 50,000 lines under the departments' own handles, person by person."""
    today = local_date(time.time())
    for department, kinds in KINDS.items():
        actor = application.sessions.authenticate(ground.keys[department], "bearer").actor
        draws = Draws(len(department))
        lines: list[str] = []
        for handle in _handles(application, actor):
            for kind in kinds:
                lines += _lines(handle, kind, today, draws)
            if len(lines) > MOST_LINES - MONTHS * len(kinds):
                yield actor, department, "".join(lines).encode()
                lines = []
        if lines:
            yield actor, department, "".join(lines).encode()


def deliver(application: Application, actor: Actor, department: str, data: bytes) -> tuple[Delivery, float]:
    """Delivers a file, signed by the department's key; with the seconds that it took to take it."""
    manifest = describe(department, secrets.token_hex(8), *split(data), secrets.token_bytes(32))
    began = time.perf_counter()
    delivery = application.signals.deliveries.deliver(actor, manifest, data)
    return delivery, time.perf_counter() - began


def _lines(handle: str, kind: str, today: date, draws: Draws) -> Iterator[str]:
    for month in range(1, MONTHS + 1):
        if draws.chance(SHARE):
            on = months_before(today, month).replace(day=1 + draws.below(28))
            yield (
                json.dumps(
                    {
                        "handle": handle,
                        "kind": kind,
                        "on": on.isoformat(),
                        "reference": f"{draws.below(10**9)}",
                    }
                )
                + "\n"
            )


def _handles(application: Application, actor: Actor) -> Sequence[str]:
    handles: list[str] = []
    after = ""
    while page := application.signals.asked.handles(actor, after=after, limit=_AT_ONCE):
        handles += [handle for _, handle in page]
        after = page[-1][0]
    return handles


def _agree(application: Application, operator: Actor, department: str) -> str:
    """Registers what the department reports; an API key for it."""
    for kind in KINDS[department]:
        application.signals.flows.add(
            operator,
            department=department,
            kind=kind,
            catalogue_entry=f"bench/{kind}",
            legal_reference="bench",
        )
    made = application.api_keys.create(
        operator, organisation=department, label="bench", scopes=(Scope.SIGNAL,)
    )
    return made.key


def _catch_up(application: Application) -> None:
    """Until the index stands at the chain's head."""
    head = int(application.engine.rpc.call("eth_blockNumber"), 16)
    while True:
        with application.database.read() as conn:
            at = index.as_of(conn)
        if at is not None and at.block >= head:
            return
        time.sleep(0.05)


def _make_due(application: Application) -> None:
    """Writes everybody's word: seen a year ago, and told."""
    people = application.forms.people
    now, programme = int(time.time()), application.programmes[_PROGRAMME]
    with application.database.read() as conn:
        worker = application.sessions.actor_of(_worker(application))
        ids = [row.id for row in subjects_store.in_communities(conn, worker.communities)]
    born = parse(crowd.identity_number(0)).birth_date
    window = validity(programme, Scheme.SENIOR, born, months_before(local_date(now), 12))
    seen = next_words.senior(
        Word(0),
        method=Method.VISIT,
        valid_from=window.valid_from,
        valid_until=window.valid_until,
        organisation=worker.organisation,
    )
    word = certification.replace(
        next_words.authorisation(seen, Authorisation.NOTIFIED, worker.organisation), recorded_at=now
    ).to_bytes(32, "big")
    for start in range(0, len(ids), _AT_ONCE):
        with application.database.write() as conn:
            rows = subjects_store.by_ids(conn, ids[start : start + _AT_ONCE])
            tags = {
                one.id: certification_tag(one.keys.subject_key, programme.id).tag
                for one in people.open(list(rows.values())).values()
            }
            records.add_tags(
                conn,
                [
                    {
                        "tag": tag,
                        "kind": "certification",
                        "id": new_id("t"),
                        "subject_id": subject_id,
                        "programme": programme.id,
                    }
                    for subject_id, tag in tags.items()
                ],
            )
            conn.execute(
                insert(words),
                [{"programme": programme.id, "tag": tag, "word": word} for tag in tags.values()],
            )


def _worker(application: Application) -> str:
    users = application.accounts.list_users(SYSTEM)
    return next(user.id for user in users if user.login == crowd.LOGIN)
