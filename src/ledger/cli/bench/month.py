"""`ledger bench month`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli import output
from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.bootstrap import Application
    from ledger.domain.months import Month
    from ledger.services.actors import Actor, Role

_SUBDISTRICT, _COUNTY = "510181004", "510181"
_TEN_YEARS = 120
_TRIES = 20


def month(
    people: Annotated[int, typer.Option("--people", min=100, help="People, each certified.")] = 25_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """A month of nine communities, after a closed one: every list computed, checked, confirmed, accepted and
    closed, and its forms written; beside reading and opening the same sealed facts.

    The people are imported and certified on a real chain before, which takes the longest.
    """
    from ledger.bootstrap import open_application
    from ledger.domain import months
    from ledger.domain.programmes import local_date
    from ledger.settings import Settings

    with (
        tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder,
        open_application(Settings(home=Path(folder) / "home", chain_port=0)) as application,
    ):
        city = _City(application)
        output.note(f"{people} people …")
        city.fill(people)
        this = months.of(local_date(time.time()))
        city.close(months.Month(this - 1))
        opened = _timed(city.open_facts)
        before = time.process_time()
        computed = _timed(lambda: city.close(this))
        forms = _timed(lambda: city.forms(this))
        processor = time.process_time() - before
        person = _person_ms()
    to = "reading and opening the same people's sealed facts"
    figures = [
        Figure("month.s", computed + forms, "s", ratio=(computed + forms) / opened, to=to),
        Figure("month.closed_s", computed, "s"),
        Figure("month.forms_s", forms, "s"),
        Figure("month.cpu_s", processor, "s of processor time"),
        Figure("month.per_person_ms", (computed + forms) / people * 1000, "ms"),
        Figure("month.person_ten_years_ms", person, "ms"),
        Figure("month.people", people, "people"),
    ]
    show("month", figures, as_json=json, write=write)


class _City:
    """Nine communities and those who do the month's work."""

    def __init__(self, application: Application) -> None:
        from ledger.services.actors import Role
        from ledger.services.demo_city.communities import demo_communities

        self._application = application
        self.codes = [community.code for community in demo_communities()]
        self._workers = {code: self._user(f"bench-{code}", Role.WORKER, code, [code]) for code in self.codes}
        self._reviewer = self._user("bench-street", Role.REVIEWER, _SUBDISTRICT)
        self._civil_affairs = self._user("bench-county", Role.REVIEWER, _COUNTY)

    def fill(self, people: int) -> None:
        """Imports and certifies everyone, and waits until all of it is final."""
        from ledger.cli.bench.roster import synthetic_roster
        from ledger.services.acts import Action
        from ledger.services.certification_requests import CertificationRequest
        from ledger.services.references import SubjectRef
        from ledger.store import operations

        numbers, file = synthetic_roster(people)
        self._application.enrol.import_roster(self._reviewer, file, "bench.csv")
        for position, code in enumerate(self.codes):
            own = numbers[position :: len(self.codes)]
            for start in range(0, len(own), 1_000):
                requests = [
                    CertificationRequest(SubjectRef(identity_number=one), Action.CERTIFY, method="visit")
                    for one in own[start : start + 1_000]
                ]
                self._application.certify.submit(self._workers[code], requests)
        while True:
            with self._application.database.read() as conn:
                if operations.waiting(conn) == 0:
                    return
            time.sleep(0.2)

    def close(self, month: Month) -> None:
        """A month from its opening to its close."""
        work = self._application.months
        work.open(self._civil_affairs, month)
        for code in self.codes:
            work.check(self._workers[code], month, code)
            work.confirm(self._reviewer, month, code)
            work.accept(self._civil_affairs, month, code)
        work.close(self._civil_affairs, month)

    def forms(self, month: Month) -> None:
        """发放花名册 and 增减变动表 of every community, and the 月报."""
        for code in self.codes:
            for form in ("roster", "changes"):
                self._application.forms.of_month(self._workers[code], form, month, code)
        self._application.forms.of_month(self._reviewer, "report", month)

    def open_facts(self) -> None:
        """What cannot be saved: reading and opening what is known of everyone."""
        from ledger.services.facts import FactKind

        people = self._application.forms.people
        with self._application.database.read() as conn:
            for code in self.codes:
                found = people.in_communities(conn, self._workers[code].communities)
                people.histories(conn, found, list(FactKind))

    def _user(self, login: str, role: Role, organisation: str, communities: Sequence[str] = ()) -> Actor:
        from ledger.services.founding.operator import SYSTEM

        made = self._application.accounts.create_user(
            SYSTEM,
            login=login,
            display_name=login,
            role=role,
            organisation=organisation,
            communities=list(communities),
        )
        return self._application.sessions.actor_of(made.user.id)


def _person_ms() -> float:
    """Ten years of one person, with a stop, a death taken back and a move, recomputed."""
    from ledger.domain import months
    from ledger.domain.codes import Status
    from ledger.domain.entitlement.entitlement import entitlement
    from ledger.domain.entitlement.facts import ALWAYS, Decision, Facts, Registered, spells
    from ledger.domain.programmes import shipped

    (rules,) = (one.allowance for one in shipped() if one.code == "senior-allowance")
    decisions = (
        Decision(date(2020, 3, 10), Status.ACTIVE, certifies=True),
        Decision(date(2023, 6, 12), Status.SUSPENDED),
        Decision(date(2023, 9, 1), Status.ACTIVE),
    )
    person = Facts(
        date(1935, 5, 5),
        (Registered(ALWAYS, "510181004002"), Registered(date(2026, 2, 3), "510181004003")),
        spells(decisions),
    )
    first = months.parse("2020-01")
    span = months.between(first, months.Month(first + _TEN_YEARS - 1))
    return (
        min(_timed(lambda: [entitlement(person, one, rules) for one in span]) for _ in range(_TRIES)) * 1000
    )


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
