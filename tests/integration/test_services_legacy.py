"""Coming over from the old platform."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from ledger.domain import months
from ledger.domain.months import Month
from ledger.errors import BadInput, Forbidden
from ledger.services.forms.page import as_page
from tests.installation import NANQIAO, Installation
from tests.month_work import an_open_month, certified

HEADING = "姓名,身份证号,社区,最近认证日期,金额\n"


def table(*rows: tuple[str, ...]) -> bytes:
    return (HEADING + "".join(",".join(row) + "\n" for row in rows)).encode()


def test_the_register_and_last_certifications_are_taken_over(installation: Installation) -> None:
    number, other = installation.number(), installation.number()
    on = date.today().replace(day=1)  # noqa: DTZ011 - any day of the last months
    data = table(
        ("何春兰", number, "南桥社区", on.isoformat(), "50"),
        ("罗永福", other, "文庙社区", "不详", "50"),
    )
    legacy = installation.application.legacy
    for actor in (installation.worker, installation.county_reviewer):
        with pytest.raises(Forbidden, match=r"role_required|subdistrict_only"):
            legacy.take_over(actor, data, "old.csv")
    taken = legacy.take_over(installation.reviewer, data, "old.csv")
    assert (taken.register.counts.created, taken.certified) == (2, 1)
    assert [(one.row, one.code) for one in taken.refused] == [(3, "legacy.date")]
    installation.settle()
    installation.catch_up()
    subject = installation.application.lookup.resolve(installation.worker, number)
    page = installation.application.lookup.subject(installation.worker, subject)
    assert (page.verdict.verdict, page.verdict.method) == ("VALID", "legacy")
    assert [(one.action, one.organisation) for one in page.history] == [
        ("certify", "510181004"),
        ("handover", "510181004"),
    ]
    again = legacy.take_over(installation.reviewer, data, "old.csv")
    assert (again.register.counts.created, again.certified, len(again.refused)) == (0, 0, 1)
    installation.settle()


def test_a_reconciliation_tells_who_is_where_and_what_differs(installation: Installation) -> None:
    same, renamed = (installation.number() for _ in range(2))
    for name, number in (("何春兰", same), ("罗永福", renamed)):
        data = f"姓名,身份证号\n{name},{number}\n".encode()
        installation.application.enrol.import_roster(installation.other_worker, data, "a.csv")
    there = installation.number()
    data = table(
        ("何春兰", same, "文庙社区", "", ""),
        ("罗永富", renamed, "南桥社区", "", ""),
        ("宋桂芳", there, "南桥社区", "", ""),
        ("何春兰", same, "文庙社区", "", ""),
    )
    found = installation.application.legacy.reconcile(installation.reviewer, data)
    by_row = {line.row: line for line in found.lines if line.row}
    assert [by_row[row].standing for row in (2, 3, 4, 5)] == ["both", "different", "only_there", "different"]
    assert [name for name, _, _ in by_row[3].differs] == ["name", "community"]
    assert found.counts["only_here"] > 0
    book = load_workbook(io.BytesIO(found.workbook("zh-CN")))
    assert book.sheetnames == ["汇总", "两边都有", "不一致", "仅旧平台有", "仅本系统有"]
    assert "宋桂芳" in as_page(found.workbook("zh-CN"), "x").decode()
    with pytest.raises(BadInput, match=r"table\.no_heading"):
        installation.application.legacy.reconcile(installation.reviewer, b"a,b\n1,2\n")


def test_a_month_runs_side_by_side_with_every_difference_explained(installation: Installation) -> None:
    month = an_open_month(installation)
    subject = certified(installation, months.day(Month(month - 3), 5), name="何春兰")
    waiting = installation.enrol(name="罗永福").identity_number or ""
    installation.settle()
    facts = installation.application.lookup.subject(installation.worker, subject).facts
    number = next(fact.value["number"] for fact in facts if fact.kind == "identity_number")
    listed = installation.application.month_reading.list(installation.reviewer, month, NANQIAO)
    total = next(line.total for line in listed.lines if line.subject_id == subject)
    data = table(
        ("何春兰", number, "", "", f"{total / 100:.2f}"),
        ("罗永福", waiting, "", "", "50"),
        ("宋桂芳", installation.number(), "", "", "50"),
    )
    found = installation.application.legacy.side_by_side(installation.reviewer, month, data)
    by_row = {line.row: line for line in found.lines if line.row}
    assert [by_row[row].standing for row in (2, 3, 4)] == ["both", "different", "only_there"]
    assert (by_row[3].theirs, by_row[3].ours, by_row[3].reason) == (5000, 0, "not_certified")
    wrong = table(("何春兰", number, "", "", "五十"))
    with pytest.raises(BadInput, match=r"legacy\.amount"):
        installation.application.legacy.side_by_side(installation.reviewer, month, wrong)
