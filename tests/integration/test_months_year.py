"""A simulated year, closed month by month: what was paid in the end is what was owed, to the fen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from sqlalchemy import func, select

from ledger.domain import months
from ledger.domain.months import Month
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.deaths.report import DeathReport
from ledger.services.demo_city import build_city
from ledger.services.facts import FactKind
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Correction
from ledger.store.tables import month_differences, month_lines
from tests import year
from tests.installation import Installation, open_installation
from tests.month_work import COMMUNITIES, pass_on, this_month

PEOPLE = 150


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with open_installation(tmp_path_factory.mktemp("year")) as opened:
        yield opened


class City:
    """Does what becomes known of people."""

    def __init__(self, installation: Installation, lives: Sequence[year.Life]) -> None:
        self._all = installation
        self._application = installation.application
        self._lives = lives
        self._ids: dict[str, str] = {}
        self._homes: dict[str, str] = {}

    def live(self, position: int) -> None:
        """Everything that is learnt in a month, whichever day it is about."""
        for life in self._lives:
            for deed in life.learnt.get(position, ()):
                self._do(life, deed)
        self._all.settle()
        self._all.catch_up()

    def _do(self, life: year.Life, deed: year.Deed) -> None:
        number = life.person.number.text
        if deed.action == "enrol":
            self._enrol(life)
            return
        reference = SubjectRef(id=self._ids[number])
        worker = self._all.worker_of(self._homes[number])
        match deed.action:
            case "certify":
                request = CertificationRequest(reference, Action.CERTIFY, method="visit", occurred_on=deed.on)
                self._application.certify.submit_one(worker, request)
            case "report-death":
                for actor, source in ((worker, "community"), (self._all.county_reviewer, "family")):
                    self._application.deaths.report(actor, DeathReport(reference, source, deed.on))
                self._review(reference, Action.CONFIRM_DEATH)
            case "rescind-death":
                self._review(reference, Action.RESCIND_DEATH)
            case "suspend" | "reinstate":
                self._review(reference, Action(deed.action), deed.on)
            case "register":
                self._register(worker, reference, deed.on)
            case _:
                self._move(worker, reference, number, deed.on)

    def _enrol(self, life: year.Life) -> None:
        number, home = life.person.number.text, life.person.community
        data = f"姓名,身份证号\n{life.person.name},{number}\n".encode()
        self._application.enrol.import_roster(
            self._all.worker_of(home), data, "one.csv", default_community=home
        )
        self._ids[number] = self._application.lookup.resolve(self._all.worker_of(home), number)
        self._homes[number] = home

    def _review(self, reference: SubjectRef, action: Action, on: date | None = None) -> None:
        request = CertificationRequest(reference, action, occurred_on=on, reason="核实")
        self._application.certify.submit_one(self._all.reviewer, request)

    def _register(self, worker: object, reference: SubjectRef, on: date) -> None:
        changed = Correction(
            reference, 0, FactKind.PAYING_DIVISION, {"division": year.AWAY}, "户籍迁出", on=on
        )
        self._application.corrections.correct(worker, changed)  # type: ignore[arg-type]

    def _move(self, worker: object, reference: SubjectRef, number: str, on: date) -> None:
        home = self._homes[number]
        to = COMMUNITIES[(COMMUNITIES.index(home) + 1) % len(COMMUNITIES)]
        moves = self._application.moves
        move = moves.offer(worker, reference, to, reason="随子女居住", effective_on=on, register_moves=True)  # type: ignore[arg-type]
        moves.accept(self._all.worker_of(to), move)
        self._homes[number] = to


def test_a_year_is_paid_as_it_was_owed(own: Installation) -> None:
    start = Month(this_month(own) - year.MONTHS - year.SETTLING - 1)
    first = months.first_day(start)
    eldest = [
        one for one in build_city().people if one.number.birth_date < first.replace(year=first.year - 79)
    ]
    lives = year.lives(eldest[:: len(eldest) // PEOPLE][:PEOPLE], first, seed=20260101)
    city = City(own, lives)
    for position, day in enumerate(year.firsts(first)):
        own.application.months.open(own.county_reviewer, months.of(day))
        city.live(position)
        pass_on(own, months.of(day))
    truth = sum(life.owed(day) for life in lives for day in year.firsts(first))
    with own.application.database.read() as conn:
        payable = select(func.sum(month_lines.c.due)).where(month_lines.c.state == "payable")
        paid = conn.execute(payable).scalar_one()
        made_good = conn.execute(select(func.sum(month_differences.c.amount))).scalar_one()
        causes = set(conn.execute(select(month_differences.c.cause)).scalars())
    assert paid + made_good == truth
    assert truth > 5_000_000
    assert causes >= {
        "death_late",
        "death_rescinded",
        "certified_late",
        "stopped_late",
        "reinstated",
        "moved_late",
        "enrolled_late",
    }


def test_nobody_was_paid_by_two_lists(own: Installation) -> None:
    with own.application.database.read() as conn:
        listed = select(month_lines.c.month, month_lines.c.subject_id)
        rows = conn.execute(listed).all()
    assert len(rows) == len(set(rows)) > 1000
