"""Takes months through their steps in a test's installation."""

from __future__ import annotations

from datetime import date

from ledger.domain import months
from ledger.domain.months import Month
from ledger.domain.programmes import local_date
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.deaths.report import DeathReport
from ledger.services.months.views import LineView
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, Installation

COMMUNITIES = tuple(f"51018100400{number}" for number in range(1, 10))


def this_month(installation: Installation) -> Month:
    return months.of(local_date(installation.clock()))


def open_next(installation: Installation) -> Month:
    """Opens the month after the last one, or this one less two years if there is none."""
    opened = installation.application.month_reading.opened(installation.county_reviewer)
    month = Month(opened[0] + 1) if opened else Month(this_month(installation) - 60)
    installation.application.months.open(installation.county_reviewer, month)
    return month


def an_open_month(installation: Installation) -> Month:
    """The month that is open, with a closed one before it."""
    reading, civil_affairs = installation.application.month_reading, installation.county_reviewer
    if not reading.opened(civil_affairs):
        pass_on(installation, open_next(installation))
    last = reading.opened(civil_affairs)[0]
    return last if reading.status(civil_affairs, last).closed_at is None else open_next(installation)


def pass_on(installation: Installation, month: Month) -> bytes:
    """Checks, confirms and accepts what is left of a month's lists, and closes it."""
    work = installation.application.months
    status = installation.application.month_reading.status(installation.county_reviewer, month)
    for one in status.lists:
        if one.state == "open":
            worker = installation.worker_of(one.community)
            work.check(worker, month, one.community)
        if one.state in {"open", "checked"}:
            work.confirm(installation.reviewer, month, one.community)
        if one.state != "accepted":
            work.accept(installation.county_reviewer, month, one.community)
    return work.close(installation.county_reviewer, month)


def line_of(
    installation: Installation, month: Month, subject_id: str, community: str = NANQIAO
) -> LineView | None:
    """A person's line on a list, if they are on it."""
    found = installation.application.month_reading.list(installation.reviewer, month, community)
    return next((line for line in found.lines if line.subject_id == subject_id), None)


def certified(installation: Installation, on: date, **how: object) -> str:
    """A new person of Nanqiao who was certified on a day. Their subject id."""
    reference = installation.enrol(**how)  # type: ignore[arg-type]
    item = CertificationRequest(subject=reference, method="visit", occurred_on=on)
    return installation.application.certify.submit_one(installation.worker, item).subject_id


def decide(installation: Installation, subject_id: str, action: str, on: date | None = None) -> None:
    """A decision of the subdistrict's reviewer, with effect from a day."""
    item = CertificationRequest(
        subject=SubjectRef(id=subject_id), action=Action(action), occurred_on=on, reason="核实"
    )
    installation.application.certify.submit_one(installation.reviewer, item)
    installation.settle()
    installation.catch_up()


def report_death(installation: Installation, subject_id: str, on: date) -> None:
    """The community and civil affairs both say that a person died, so that the subdistrict may confirm it."""
    for actor, source in ((installation.worker, "community"), (installation.county_reviewer, "family")):
        report = DeathReport(SubjectRef(id=subject_id), source, on)
        installation.application.deaths.report(actor, report)
        installation.settle()
    installation.catch_up()
