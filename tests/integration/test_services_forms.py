"""Forms filled into templates, templates that are checked, and results of payments."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from ledger.domain import months
from ledger.domain.months import Month
from ledger.errors import BadInput, Forbidden, Refused
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, Installation
from tests.month_work import an_open_month, certified, decide, line_of, open_next, pass_on, report_death


@pytest.fixture(scope="module")
def story(installation: Installation) -> tuple[Month, dict[str, str]]:
    """A closed month after another one, with people who stay, come and go."""
    first = an_open_month(installation)
    on = months.day(Month(first - 2), 10)
    people = {
        "stays": certified(installation, on, name="=赵秀英"),
        "dies": certified(installation, on, name="周文秀"),
        "is ninety": certified(installation, on, name="吴德明", born=date(1920, 5, 5)),
    }
    installation.settle()
    pass_on(installation, first)
    second = open_next(installation)
    people["comes"] = certified(installation, months.day(second, 3), name="郑小兰")
    installation.settle()
    report_death(installation, people["dies"], months.day(Month(first - 1), 5))
    decide(installation, people["dies"], "confirm-death")
    pass_on(installation, second)
    return second, people


def sheet_of(workbook: bytes) -> list[list[object]]:
    book = load_workbook(io.BytesIO(workbook))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_the_roster_holds_everyone_who_is_paid_or_pays_back(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    month, people = story
    filled = installation.application.forms.of_month(installation.worker, "roster", month, NANQIAO)
    rows = sheet_of(filled.workbook)
    assert rows[0][0] == "高龄津贴发放花名册"
    assert rows[1][1] == months.text(month)
    by_name = {row[1]: row for row in rows[3:] if isinstance(row[0], int)}
    assert by_name["周文秀"][6:9] == [0, -50, -50]
    assert "结账后才得知去世" in str(by_name["周文秀"][9])
    assert by_name["吴德明"][5:9] == ["100岁及以上", 300, 0, 300]
    listed = installation.application.month_reading.list(installation.worker, month, NANQIAO)
    total = sum(row[8] for row in by_name.values())
    assert round(total * 100) == sum(one.total for one in listed.lines)
    footer = {row[0]: row[2] for row in rows if isinstance(row[0], str)}
    assert round(footer["实发合计（元）"] * 100) == sum(one.total for one in listed.lines)
    assert people["stays"] in {one.subject_id for one in listed.lines}


def test_nothing_that_a_person_wrote_runs_as_a_formula(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    filled = installation.application.forms.of_month(installation.worker, "roster", story[0], NANQIAO)
    sheet = load_workbook(io.BytesIO(filled.workbook)).worksheets[0]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=赵秀英"]
    assert cell.data_type == "s"
    assert "=赵秀英" in filled.page.decode()


def test_changes_say_who_came_and_went_and_why(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    filled = installation.application.forms.of_month(installation.worker, "changes", story[0], NANQIAO)
    lines = {row[1]: (row[4], row[5]) for row in sheet_of(filled.workbook)[3:] if isinstance(row[0], int)}
    assert lines["郑小兰"] == ("新增", "新登记")
    assert lines["周文秀"] == ("减少", "去世")
    assert "吴德明" not in lines


def test_the_report_adds_up_the_communities(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    filled = installation.application.forms.of_month(installation.reviewer, "report", story[0])
    rows = sheet_of(filled.workbook)
    lines = [row for row in rows[3:] if isinstance(row[0], int)]
    assert [row[1] for row in lines][1] == "南桥社区"
    assert len(lines) == 9
    footer = {row[0]: row[2] for row in rows if isinstance(row[0], str)}
    assert footer["人数合计"] == sum(row[5] for row in lines)


def test_an_approval_is_about_one_person(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    person = SubjectRef(id=story[1]["is ninety"])
    filled = installation.application.forms.approval(installation.worker, person)
    cells = {cell for row in sheet_of(filled.workbook) for cell in row}
    assert {"吴德明", "南桥社区", "灌口街道", 300} <= cells
    assert person.id is not None
    with pytest.raises(Forbidden, match="not_yours"):
        installation.application.forms.approval(installation.other_worker, person)


def template(change: Callable[[Workbook], None], name: str = "roster") -> bytes:
    """An own template: the sheet is another than the example's."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表 1"
    sheet["B2"], sheet["A5"], sheet["A6"] = "", "经办人：", "审核人："
    for column, text in zip("ABCD", ("{name}", "{identity_number}", "{total}", "共 {total} 元"), strict=True):
        sheet[f"{column}4"] = text
    sheet.merge_cells("A5:B5")
    book.defined_names["month"] = DefinedName("month", attr_text="'表 1'!$B$2")
    book.defined_names["lines"] = DefinedName("lines", attr_text="'表 1'!$A$4:$D$4")
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rename(book: Workbook, name: str, area: str) -> None:
    book.defined_names[name] = DefinedName(name, attr_text=f"'表 1'!{area}")


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        (lambda book: rename(book, "wages", "$C$2"), "C2", "form_template.name_unknown"),
        (lambda book: rename(book, "month", "$B$2:$C$2"), "B2:C2", "form_template.one_cell"),
        (lambda book: rename(book, "lines", "$A$4:$D$5"), "A4:D5", "form_template.one_row"),
        (lambda book: book.worksheets[0].cell(4, 4, "{nobody}"), "D4", "form_template.field_unknown"),
        (lambda book: book.worksheets[0].merge_cells("A3:A4"), "A4:D4", "form_template.lines_merged"),
        (lambda book: book.worksheets[0].cell(4, 1, ""), "", "form_template.name_missing"),
        (lambda book: rename(book, "people", "#REF!"), "", "form_template.name_nowhere"),
    ],
)
def test_a_template_is_told_its_errors_by_cell(
    installation: Installation, change: Callable[[Workbook], None], cell: str, code: str
) -> None:
    report = installation.application.form_templates.upload(
        installation.reviewer, "roster", "a.xlsx", template(change)
    )
    assert report.template_id is None
    assert (cell, code) in {(one.cell, one.code) for one in report.problems}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04 cut off", "姓名,号码".encode()])
def test_what_is_no_workbook_is_refused(installation: Installation, data: bytes) -> None:
    with pytest.raises(BadInput, match="form_template"):
        installation.application.form_templates.upload(installation.reviewer, "roster", "a", data)


def test_an_own_template_takes_the_place_of_the_example(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    month, _ = story
    templates = installation.application.form_templates
    data = template(lambda _: None)
    assert templates.upload(installation.reviewer, "roster", "街道.xlsx", data).template_id
    assert templates.file(installation.worker, "roster") == ("街道.xlsx", data)
    filled = installation.application.forms.of_month(installation.worker, "roster", month, NANQIAO)
    book = load_workbook(io.BytesIO(filled.workbook))
    sheet = book["表 1"]
    assert sheet["B2"].value == months.text(month)
    count = sum(isinstance(sheet.cell(row, 3).value, (int, float)) for row in range(4, sheet.max_row + 1))
    assert sheet.cell(4 + count, 1).value == "经办人："
    assert f"A{4 + count}:B{4 + count}" in {str(one) for one in sheet.merged_cells.ranges}
    assert sheet.cell(5 + count, 1).value == "审核人："
    assert str(sheet["D4"].value).startswith("共 ")
    with pytest.raises(Forbidden, match="role_required"):
        templates.upload(installation.worker, "roster", "a.xlsx", data)


def test_money_that_came_back_is_paid_again_by_the_next_month(
    installation: Installation, story: tuple[Month, dict[str, str]]
) -> None:
    month, people = story
    payments = installation.application.payments
    number = installation.application.lookup.subject(installation.worker, people["stays"]).facts[0].value
    listed = installation.application.month_reading.list(installation.worker, month, NANQIAO)
    total = next(one.total for one in listed.lines if one.subject_id == people["stays"]) / 100
    rows = (
        f"身份证号,金额,结果,原因\n{number['number']},{total},退回,账户已注销\n"
        f"{number['number']},{total},已发放,\n{installation.number()},50,已发放,\n"
    )
    with pytest.raises(Refused, match="not_closed"):
        payments.import_results(installation.county_reviewer, Month(month + 1), rows.encode())
    with pytest.raises(Forbidden, match="civil_affairs_only"):
        payments.import_results(installation.reviewer, month, rows.encode())
    report = payments.import_results(installation.county_reviewer, month, rows.encode())
    assert (report.paid, report.returned) == (0, 1)
    assert [(one.row, one.code) for one in report.problems] == [(3, "payment.twice"), (4, "payment.nobody")]
    again = payments.import_results(installation.county_reviewer, month, rows.encode())
    assert (again.returned, again.known) == (0, 1)
    following = an_open_month(installation)
    line = line_of(installation, following, people["stays"])
    assert line is not None
    assert [(one.cause, one.amount) for one in line.differences] == [("payment_returned", 5000)]
    with pytest.raises(BadInput, match=r"table\.no_heading"):
        payments.import_results(installation.county_reviewer, month, b"a,b\n1,2\n")
