"""Rosters into the registry."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import func, select

from ledger.domain.roster.columns import Column
from ledger.errors import BadInput, Conflict, Forbidden
from ledger.services.roster_files import RosterFileRefused
from ledger.store.tables import cases, imports, subject_facts, subjects
from tests.installation import NANQIAO, WENMIAO, Installation


def rows_of(installation: Installation, *tables: object) -> list[int]:
    with installation.application.database.read() as conn:
        return [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]  # type: ignore[call-overload]


def roster(*rows: tuple[str, ...], headings: str = "姓名,身份证号,地址") -> bytes:
    return "\n".join([headings, *(",".join(row) for row in rows)]).encode()


def test_good_rows_become_people_and_bad_ones_cases(installation: Installation) -> None:
    good, bad = installation.number(), installation.number()[:-1] + "A"
    report = installation.application.enrol.import_roster(
        installation.worker, roster(("张秀兰", good, "南桥街1号"), ("王福贵", bad, "")), "名册.csv"
    )
    assert (report.counts.rows, report.counts.created, report.counts.cases) == (2, 1, 1)
    assert [(problem.row, problem.code) for problem in report.problems] == [(3, "identity_number.malformed")]


def test_the_same_file_again_changes_nothing(installation: Installation) -> None:
    enrol = installation.application.enrol
    data = roster(("赵玉珍", installation.number(), "南桥街2号"), ("钱进", "not a number", ""))
    first = enrol.import_roster(installation.worker, data, "a.csv")
    before = rows_of(installation, subjects, subject_facts, cases)
    second = enrol.import_roster(installation.worker, data, "a.csv")
    assert rows_of(installation, subjects, subject_facts, cases) == before
    assert (second.counts.created, second.counts.changed, second.counts.unchanged) == (0, 0, 1)
    assert second.counts.cases == first.counts.cases == 1


def test_a_changed_row_ends_the_old_fact_and_keeps_it(installation: Installation) -> None:
    application, number = installation.application, installation.number()
    for address in ("旧街1号", "新街9号"):
        report = application.enrol.import_roster(
            installation.worker, roster(("孙淑芬", number, address)), "a.csv"
        )
    assert report.counts.changed == 1
    page = application.lookup.subject(
        installation.worker, application.lookup.resolve(installation.worker, number)
    )
    addresses = [
        (fact.value["address"], fact.valid_until is None) for fact in page.facts if fact.kind == "residence"
    ]
    assert addresses == [("旧街1号", False), ("新街9号", True)]


def test_a_roster_without_a_column_ends_no_fact(installation: Installation) -> None:
    application, number = installation.application, installation.number()
    headings = "姓名,身份证号,行动能力,联系电话"
    full = roster(("周桂芳", number, "行动不便", "00012345678"), headings=headings)
    application.enrol.import_roster(installation.worker, full, "a.csv")
    short = roster(("周桂芳", number), headings="姓名,身份证号")
    report = application.enrol.import_roster(installation.worker, short, "b.csv")
    assert report.counts.unchanged == 1


def test_the_workbook_of_problems_gives_a_reason_per_cell_in_both_languages(
    installation: Installation,
) -> None:
    enrol = installation.application.enrol
    data = roster(("吴志强", "51999919400101", ""))
    report = enrol.import_roster(installation.worker, data, "a.csv")
    workbook = openpyxl.load_workbook(
        io.BytesIO(enrol.problems_workbook(installation.worker, report.import_id))
    )
    (sheet,) = workbook.worksheets
    cells = [str(cell.value) for cell in next(sheet.iter_rows(min_row=2, max_row=2))]
    assert cells[0] == "吴志强"
    assert "身份证号" in cells[-2]
    assert "identity number" in cells[-1].lower()


def test_only_the_importer_gets_the_workbook(installation: Installation) -> None:
    enrol = installation.application.enrol
    report = enrol.import_roster(installation.worker, roster(("郑", "1", "")), "a.csv")
    for import_id in (report.import_id, "i-unknown"):
        with pytest.raises(Forbidden, match="not_yours"):
            enrol.problems_workbook(installation.other_worker, import_id)


def test_a_person_of_another_community_becomes_a_case(installation: Installation) -> None:
    enrol, number = installation.application.enrol, installation.number()
    data = roster(("冯素珍", number, ""))
    enrol.import_roster(installation.worker, data, "a.csv")
    report = enrol.import_roster(installation.other_worker, data, "b.csv")
    assert [problem.code for problem in report.problems] == ["roster.identity_number.registered_elsewhere"]


def test_a_row_of_another_community_is_not_the_importers(installation: Installation) -> None:
    data = roster(("陈", installation.number(), "文庙社区"), headings="姓名,身份证号,社区")
    report = installation.application.enrol.import_roster(installation.worker, data, "a.csv")
    assert [problem.code for problem in report.problems] == ["roster.community.not_yours"]


def test_a_reviewer_imports_for_all_communities_below(installation: Installation) -> None:
    rows = [(name, installation.number(), name) for name in ("南桥社区", "文庙社区")]
    data = roster(*rows, headings="姓名,身份证号,社区")
    report = installation.application.enrol.import_roster(installation.reviewer, data, "a.csv")
    assert report.counts.created == 2


def test_who_may_not_import(installation: Installation) -> None:
    enrol, data = installation.application.enrol, roster(("褚", installation.number(), ""))
    for actor in (installation.operator, installation.auditor, installation.health):
        with pytest.raises(Forbidden, match="role_required"):
            enrol.import_roster(actor, data, "a.csv")
    with pytest.raises(Forbidden, match="not_yours"):
        enrol.import_roster(installation.worker, data, "a.csv", default_community=WENMIAO)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "roster_file.empty"),
        (b"%PDF-1.7 of the wrong kind", "roster_file"),
        ("一份没有表头的文件\n随便写写".encode(), "roster_file.no_heading"),
    ],
)
def test_a_file_refused_whole_leaves_nothing(installation: Installation, data: bytes, code: str) -> None:
    before = rows_of(installation, subjects, cases, imports)
    with pytest.raises(RosterFileRefused, match=code):
        installation.application.enrol.import_roster(installation.worker, data, "a.csv")
    assert rows_of(installation, subjects, cases, imports) == before


def test_an_unknown_community_for_the_import_is_bad_input(installation: Installation) -> None:
    data = roster(("卫", installation.number(), ""))
    with pytest.raises(BadInput, match="organisation_unknown"):
        installation.application.enrol.import_roster(
            installation.worker, data, "a.csv", default_community="510181009999"
        )


def test_no_personal_data_lies_open_in_the_database(installation: Installation) -> None:
    number, name, address = installation.number(), "独孤求败", "桃花岛七十七号"
    data = roster((name, number, address), (name, number[:-1], address))
    installation.application.enrol.import_roster(installation.worker, data, "a.csv")
    home = installation.application.settings.home
    stored = b"".join(
        path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".log"
    )
    for datum in (number, name, address):
        assert datum.encode() not in stored
    assert NANQIAO.encode() in stored  # the search itself finds what is there


def test_one_person_is_added_as_from_a_row(installation: Installation) -> None:
    application, number = installation.application, installation.number()
    fields = {Column.NAME: "蒋秀华", Column.IDENTITY_NUMBER: number, Column.ADDRESS: "南桥街8号"}
    added = application.enrol.add(installation.worker, fields)
    assert added.outcome == "created"
    assert application.lookup.resolve(installation.worker, number) == added.subject_id
    assert application.enrol.add(installation.worker, fields).outcome == "unchanged"
    moved = application.enrol.add(installation.worker, {**fields, Column.ADDRESS: "南桥街9号"})
    assert (moved.subject_id, moved.outcome) == (added.subject_id, "changed")
    with pytest.raises(Conflict, match="registered_elsewhere"):
        application.enrol.add(installation.other_worker, fields)
    with pytest.raises(BadInput, match=r"roster\.name\.missing"):
        application.enrol.add(installation.worker, {**fields, Column.NAME: ""})
    with pytest.raises(Forbidden, match="not_yours"):
        application.enrol.add(installation.worker, {**fields, Column.COMMUNITY: "文庙社区"})
    with pytest.raises(BadInput, match=r"roster\.community\.missing"):
        application.enrol.add(installation.reviewer, fields)
