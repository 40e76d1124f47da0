from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from ledger.domain.roster.cells import Cell
from ledger.domain.roster.check import CheckedRoster, check_roster
from ledger.services.roster_files import (
    DEFAULT_LIMITS,
    Limits,
    RosterFileRefused,
    problem_workbook,
    read_roster,
)
from tests.rosters import DIVISIONS, NANQIAO, TODAY, number

HEADING = "姓名,身份证号,备注\r\n"
LINE = f"王𠮷,{number()},独居\r\n"


def workbook(*sheets: Sequence[Sequence[Cell]], hidden: int | None = None) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for position, rows in enumerate(sheets):
        sheet = book.create_sheet(f"第{position + 1}页")
        for row in rows:
            sheet.append(list(row))
        if position == hidden:
            sheet.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def imported(data: bytes, filename: str = "roster") -> CheckedRoster:
    file = read_roster(data, filename)
    return check_roster(file.tables, divisions=DIVISIONS, today=TODAY, community=NANQIAO)


def refusal(data: bytes, limits: Limits = DEFAULT_LIMITS) -> RosterFileRefused:
    with pytest.raises(RosterFileRefused) as caught:
        read_roster(data, "roster.xlsx", limits)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_is_read_in_each_encoding_with_each_separator(encoding: str, separator: str) -> None:
    roster = imported((HEADING + LINE).replace(",", separator).encode(encoding))
    assert [(row.person.name, row.person.remark) for row in roster.good] == [("王𠮷", "独居")]


def test_a_text_file_names_its_sheet_after_itself_and_counts_rows_as_a_spreadsheet_does() -> None:
    text = f'标题\n\n{HEADING}"王\n芳",{number()},\n,,\n李敏,1,"=1+1"\n'
    roster = imported(text.encode(), "南桥社区.csv")
    assert [(row.sheet, row.row.number, row.person.name) for row in roster.good] == [("南桥社区", 4, "王芳")]
    assert [(row.row.number, row.labelled["备注"]) for row in roster.faulty] == [(6, "=1+1")]


def test_a_workbook_is_read_as_communities_keep_them() -> None:
    heading = ("序号", "备注", "公民身份号码", "姓名", "出生日期")
    roster = imported(
        workbook(
            [
                ("灌口街道南桥社区花名册",),
                (),
                heading,
                (1, "", number().lower(), "王　芳", date(1938, 5, 1)),
                (),
                (2, "", f" {number(sequence=4)} ", "阿依古丽•买买提", 14001),
                (3, "", float(number(sequence=6)), "李秀英", "1938.5"),
                ("合计", 3),
                ("制表人：某某",),
            ],
            [("姓名", "身份证号"), ("张敏", number("19400102", 9))],
        )
    )
    assert [(row.sheet, row.row.number, row.person.name) for row in roster.good] == [
        ("第1页", 4, "王芳"),
        ("第1页", 6, "阿依古丽·买买提"),
        ("第2页", 2, "张敏"),
    ]
    assert [(row.row.number, row.problems[0].code) for row in roster.faulty] == [
        (7, "roster.identity_number.rounded")
    ]


def test_sheets_without_a_heading_are_skipped_by_name_and_hidden_ones_are_not_read() -> None:
    people = [("姓名", "身份证号"), ("王芳", number())]
    file = read_roster(workbook([("填表说明",)], people, people, [], hidden=2), "x.xlsx")
    assert [table.sheet for table in file.tables] == ["第2页"]
    assert file.skipped == ("第1页",)


def test_formulas_count_with_their_last_result_or_stay_text() -> None:
    data = workbook(
        [("姓名", "身份证号", "备注"), ("王芳", number(), "=1+1"), ("李敏", number(sequence=4), "=A3")]
    )
    assert [row.person.remark for row in imported(data).good] == ["=1+1", "=A3"]
    with_result = replaced_in(
        data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"1+1</f><v />", b"1+1</f><v>2</v>")
    )
    assert [row.person.remark for row in imported(with_result).good] == ["2", "=A3"]


def replaced_in(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            content = old.read(entry)
            changed = change(content) if entry == name else content
            assert entry != name or changed != content
            new.writestr(entry, changed)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "roster_file.empty"),
        (b"  \r\n", "roster_file.empty"),
        (b"%PDF-1.7 \x00", "roster_file.kind"),
        (b"\x89PNG\r\n\x1a\n", "roster_file.kind"),
        (b"<html><table><tr><td>", "roster_file.kind"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "roster_file.kind"),
        (b"PK\x03\x04 and then nothing", "roster_file.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "roster_file.kind"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "roster_file.encrypted",
        ),
        ((HEADING + LINE).encode("utf-16"), "roster_file.encoding"),
        ((HEADING + LINE).encode("big5", errors="replace"), "roster_file.encoding"),
        (HEADING.encode()[:4] + b"\xff" + LINE.encode(), "roster_file.encoding"),
        (b"a,b\x00c\n", "roster_file.kind"),
        ("姓名,电话\n王芳,1\n".encode(), "roster_file.no_heading"),
        (HEADING.encode(), "roster_file.no_data"),
        ((HEADING + "合计,0\n").encode(), "roster_file.no_data"),
        ((HEADING + f'"王芳,{"x" * 200_000}').encode(), "roster_file.damaged"),
        (workbook([("花名册",)]), "roster_file.no_heading"),
        (workbook([("姓名", "身份证号")]), "roster_file.no_data"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_is_refused_whole(data: bytes, code: str) -> None:
    error = refusal(data)
    assert (error.code, error.http_status, error.exit_code) == (code, 422, 2)


def test_other_packages_are_told_apart() -> None:
    kinds = {"word/document.xml": "DOCX", "content.xml": "ODF", "xl/workbook.bin": "XLSB", "a.txt": "ZIP"}
    for inside, kind in kinds.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr(inside, "x")
        assert refusal(buffer.getvalue()).params == {"kind": kind}


def test_a_workbook_cut_in_its_parts_is_damaged() -> None:
    whole = workbook([("姓名", "身份证号"), ("王芳", number())])
    cut = replaced_in(whole, "xl/worksheets/sheet1.xml", lambda xml: xml[: len(xml) // 2])
    assert refusal(cut).code == "roster_file.damaged"


def test_limits_name_what_was_got_and_what_is_allowed() -> None:
    data = (HEADING + LINE).encode()
    error = refusal(data, Limits(size=20))
    assert (error.code, error.http_status) == ("roster_file.too_large", 413)
    assert error.params == {"got": len(data), "limit": 20}
    rows = workbook([("姓名", "身份证号"), ("王芳", number()), ("李敏", "1")])
    for form in (rows, data + LINE.encode()):
        assert refusal(form, Limits(rows=2)).code == "roster_file.too_many_rows"
        assert read_roster(form, "x", Limits(rows=3))


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() -> None:
    bomb = replaced_in(
        workbook([("姓名", "身份证号"), ("王芳", number())]),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml + b" " * DEFAULT_LIMITS.unpacked_size,
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bomb)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, old.read(entry))
    assert len(buffer.getvalue()) < DEFAULT_LIMITS.size
    assert refusal(buffer.getvalue()).code == "roster_file.too_large_unpacked"


def test_a_cell_far_to_the_right_costs_nothing() -> None:
    data = workbook([("姓名", "身份证号"), ("王芳", number())])
    far = replaced_in(data, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="B2"', b'r="XFD2"'))
    table = read_roster(far, "x").tables[0]
    assert len(table.rows[0].cells) <= DEFAULT_LIMITS.columns


def test_the_problem_workbook_shows_the_rows_as_they_came_with_a_reason_in_each_language() -> None:
    roster = imported(
        workbook(
            [
                ("姓名", "身份证号", "性别", "备注"),
                ("王芳", number(), "男", "=1+1"),
                ("李敏", 5.1999919380501e17, "女", "+8"),
                ("张敏", number(sequence=4), "女", ""),
            ]
        )
    )
    data = problem_workbook(roster.faulty)
    sheet = load_workbook(io.BytesIO(data))["第1页"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (
        "姓名",
        "身份证号",
        "性别",
        "备注",
        "原行号 / Row in the file",
        "需核实的原因",
        "What to check",
    )
    assert rows[1][:5] == ("王芳", number(), "男", "=1+1", "2")
    assert rows[2][:5] == ("李敏", "5.19999193805010E+17", "女", "+8", "3")
    assert rows[1][5:] == (
        "性别: 性别与身份证号不一致。请核对哪一个有误。",
        "性别: The sex differs from the one in the identity number. Check which of them is wrong.",
    )
    assert len(rows) == 3
    assert all(
        cell.data_type in {"s", "n"} and cell.number_format == "@"
        for row in sheet
        for cell in row
        if cell.value
    )
    marked = [cell.coordinate for row in sheet for cell in row if cell.fill.fill_type == "solid"]
    assert marked == ["C2", "B3"]
    assert sheet["C2"].comment is not None
    assert "The sex differs" in sheet["C2"].comment.text
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


def test_the_problem_workbook_can_be_corrected_and_imported() -> None:
    roster = imported(workbook([("姓名", "身份证号", "性别"), ("王芳", number(), "男")]))
    again = imported(problem_workbook(roster.faulty))
    assert [problem.code for problem in again.faulty[0].problems] == ["roster.sex.differs"]
    book = load_workbook(io.BytesIO(problem_workbook(roster.faulty)))
    book.worksheets[0]["C2"] = "女"
    buffer = io.BytesIO()
    book.save(buffer)
    assert [row.person.name for row in imported(buffer.getvalue()).good] == ["王芳"]


def test_sheet_names_that_a_workbook_cannot_have_are_replaced() -> None:
    text = f"姓名,身份证号\n王芳,{number()[:-1]}Q\n".encode()
    file = read_roster(text, "南桥:高龄?[2026]" + "长" * 40 + ".csv")
    roster = check_roster(file.tables, divisions=DIVISIONS, today=TODAY, community=NANQIAO)
    book = load_workbook(io.BytesIO(problem_workbook(roster.faulty)))
    assert book.sheetnames == ["南桥_高龄__2026_" + "长" * 19]
