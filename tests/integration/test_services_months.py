"""Months from their opening to their close, and what later facts make of them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from ledger.chain.blocks import head
from ledger.chain.views import Views
from ledger.domain import merkle, month_work, months
from ledger.domain.codes import Stream
from ledger.domain.months import Month
from ledger.errors import Conflict, Forbidden, NotFound, Refused
from ledger.services.references import SubjectRef
from ledger.store import months as store
from tests.installation import NANQIAO, WENMIAO, Installation
from tests.month_work import (
    an_open_month,
    certified,
    decide,
    line_of,
    open_next,
    pass_on,
    report_death,
    this_month,
)


def day(month: Month, number: int = 10) -> date:
    return months.day(month, number)


def next_month(installation: Installation, month: Month) -> Month:
    pass_on(installation, month)
    return open_next(installation)


@pytest.fixture
def current(installation: Installation) -> Month:
    """The month that is open now, whatever tests before have closed."""
    return an_open_month(installation)


def test_a_list_holds_who_is_owed_what_and_why(installation: Installation, current: Month) -> None:
    subject = certified(installation, day(Month(current - 3)), name="陈玉珍")
    missing = installation.enrol(name="蒋秀华")
    young = installation.enrol(born=date(1990, 5, 5), name="卫")
    installation.settle()
    line = line_of(installation, current, subject)
    assert line is not None
    assert (line.name, line.band, line.amount, line.state, line.reason) == (
        "陈玉珍",
        80,
        5000,
        "payable",
        "entitled",
    )
    resolve = installation.application.lookup.resolve
    held = line_of(installation, current, resolve(installation.worker, missing.identity_number or ""))
    assert held is not None
    assert (held.amount, held.held, held.reason) == (0, 5000, "not_certified")
    assert line_of(installation, current, resolve(installation.worker, young.identity_number or "")) is None


def test_each_step_takes_another_organisation_and_its_signature(
    installation: Installation, current: Month
) -> None:
    work = installation.application.months
    with pytest.raises(Refused, match=r"month\.step"):
        work.confirm(installation.reviewer, current, NANQIAO)
    with pytest.raises(Forbidden, match="role_required"):
        work.check(installation.reviewer, current, NANQIAO)
    with pytest.raises(Forbidden, match="not_yours"):
        work.check(installation.other_worker, current, NANQIAO)
    root = work.check(installation.worker, current, NANQIAO)
    with pytest.raises(Refused, match=r"month\.step"):
        work.check(installation.worker, current, NANQIAO)
    with pytest.raises(Forbidden, match="civil_affairs_only"):
        work.accept(installation.reviewer, current, NANQIAO)
    work.confirm(installation.county_reviewer, current, NANQIAO)
    with pytest.raises(Refused, match=r"month\.same_organisation"):
        work.accept(installation.county_reviewer, current, NANQIAO)
    work.give_back(installation.county_reviewer, current, NANQIAO)
    work.check(installation.worker, current, NANQIAO)
    work.confirm(installation.reviewer, current, NANQIAO)
    status = installation.application.month_reading.status(installation.worker, current)
    (head,) = status.lists
    assert (head.state, head.next_step) == ("confirmed", "accept")
    assert head.root is not None
    assert head.root != root.hex()  # every line is salted anew
    assert head.is_late
    steps = [(one.step, one.organisation) for one in status.steps]
    assert steps[-2:] == [("check", NANQIAO), ("confirm", "510181004")]
    work.give_back(installation.reviewer, current, NANQIAO)


def test_a_month_closes_when_every_list_is_accepted_and_then_stays_as_it_is(
    installation: Installation, current: Month
) -> None:
    work = installation.application.months
    with pytest.raises(Refused, match=r"month\.lists_missing"):
        work.close(installation.county_reviewer, current)
    with pytest.raises(Refused, match=r"month\.not_next"):
        work.open(installation.county_reviewer, Month(current + 1))
    root = pass_on(installation, current)
    with installation.application.database.read() as conn:
        rows = store.lists(conn, 1, current)
    assert month_work.month_root({one: row.root or b"" for one, row in rows.items()}) == root
    with pytest.raises(Refused, match="closed_already"):
        work.check(installation.worker, current, NANQIAO)
    with pytest.raises(Conflict, match="open_already"):
        work.open(installation.county_reviewer, current)
    with pytest.raises(Refused, match="in_future"):
        work.open(installation.county_reviewer, Month(this_month(installation) + 1))
    with pytest.raises(NotFound, match="not_open"):
        work.check(installation.worker, Month(current + 1), NANQIAO)
    open_next(installation)


def test_a_late_death_is_taken_back_and_a_rescinded_one_paid_again(
    installation: Installation, current: Month
) -> None:
    subject = certified(installation, day(Month(current - 3)))
    installation.settle()
    second = next_month(installation, current)
    third = next_month(installation, second)
    report_death(installation, subject, day(current))
    assert line_of(installation, third, subject).amount == 5000  # type: ignore[union-attr]
    decide(installation, subject, "confirm-death")
    line = line_of(installation, third, subject)
    assert line is not None
    assert (line.amount, line.total, line.reason, line.change) == (0, -5000, "died", "left")
    assert [(one.month, one.cause) for one in line.differences] == [(months.text(second), "death_late")]
    fourth = next_month(installation, third)
    decide(installation, subject, "rescind-death")
    line = line_of(installation, fourth, subject)
    assert line is not None
    assert [(one.month, one.amount, one.cause) for one in line.differences] == [
        (months.text(second), 5000, "death_rescinded"),
        (months.text(third), 5000, "death_rescinded"),
    ]
    assert (line.total, line.change, line.change_reason) == (15000, "joined", "alive")
    fifth = next_month(installation, fourth)
    own = installation.application.month_reading.person(
        installation.worker, SubjectRef(id=subject), current, fifth
    )
    assert [one.settled for one in own.months] == [None, 5000, 5000, 5000, 5000]


def test_a_stop_holds_the_money_and_an_appeal_pays_it_back(
    installation: Installation, current: Month
) -> None:
    subject = certified(installation, day(Month(current - 3)))
    installation.settle()
    decide(installation, subject, "suspend", day(Month(current - 1)))
    line = line_of(installation, current, subject)
    assert line is not None
    assert (line.amount, line.held, line.reason) == (0, 5000, "stopped")
    second = next_month(installation, current)
    decide(installation, subject, "reinstate", day(Month(current - 1)))
    line = line_of(installation, second, subject)
    assert line is not None
    assert (line.amount, line.total, line.change_reason) == (5000, 10000, "reinstated")
    assert [one.cause for one in line.differences] == ["reinstated"]


def test_another_communitys_list_and_months_are_not_shown(installation: Installation, current: Month) -> None:
    reading = installation.application.month_reading
    with pytest.raises(Forbidden, match="not_yours"):
        reading.list(installation.worker, current, WENMIAO)
    subject = certified(installation, day(Month(current - 3)))
    with pytest.raises(Forbidden, match="not_yours"):
        reading.person(installation.other_worker, SubjectRef(id=subject))
    for actor in (installation.operator, installation.health):
        with pytest.raises(Forbidden, match="role_required"):
            reading.status(actor, current)
    assert len(reading.status(installation.auditor, current).lists) == 9


def test_closed_months_are_anchored_in_order(installation: Installation, current: Month) -> None:
    closed = Month(current - 1)
    deadline = time.monotonic() + 30
    while not installation.application.month_reading.status(installation.auditor, closed).anchored:
        assert time.monotonic() < deadline, "the month was not anchored"
        time.sleep(0.2)
    with installation.application.database.read() as conn:
        months_closed = store.closed_months(conn)
    leaves = [month_work.stream_leaf(one.programme, one.month, one.root) for one in months_closed]
    views = Views(
        installation.application.engine.rpc,
        installation.application.deployment.addresses,
        head(installation.application.engine.rpc).hash,
    )
    size, _, root = views.tree_head(months_closed[-1].closed_by, Stream.MONTHS)
    assert (size, root) == (len(leaves), merkle.root(leaves))
