"""Makes the example templates of the forms in src/ledger/texts/forms: what a subdistrict has until it brings
its own. Everything about their looks is here and in the files, nothing in the service.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

FOLDER = Path(__file__).resolve().parent.parent / "src/ledger/texts/forms"
MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - a workbook's properties have no zone
LINE = Side("thin")
GRID = Border(LINE, LINE, LINE, LINE)
CENTRE = Alignment("center", "center", wrap_text=True)
LEFT = Alignment("left", "center", wrap_text=True)
MONEY = "#,##0.00"

ROSTER = (
    ("序号", "{number}", 6), ("姓名", "{name}", 10), ("性别", "{sex}", 6),
    ("身份证号", "{identity_number}", 22), ("年龄", "{age}", 6), ("年龄段", "{band}", 10),
    ("本月标准（元）", "{amount}", 12), ("补发/扣回（元）", "{difference}", 12),
    ("实发（元）", "{total}", 12),
    ("备注", "{remark}", 34),
)  # fmt: skip
CHANGES = (
    ("序号", "{number}", 6), ("姓名", "{name}", 10), ("身份证号", "{identity_number}", 22),
    ("年龄段", "{band}", 10), ("变动", "{kind}", 12), ("变动原因", "{reason}", 30),
    ("本月标准（元）", "{amount}", 12), ("实发（元）", "{total}", 12),
)  # fmt: skip
REPORT = (
    ("序号", "{number}", 6), ("社区", "{community}", 16), ("80–89岁", "{people_80}", 9),
    ("90–99岁", "{people_90}", 9), ("100岁以上", "{people_100}", 9), ("合计人数", "{people}", 9),
    ("新增", "{joined}", 7), ("减少", "{left}", 7), ("应发（元）", "{payable}", 13),
    ("补发/扣回（元）", "{difference}", 13), ("暂缓（元）", "{held}", 12), ("实发（元）", "{total}", 13),
)  # fmt: skip


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    head = (("month", "月份：", 1), ("community", "社区：", 4), ("made_on", "制表日期：", 7))
    sums = (
        ("people", "人数合计"),
        ("payable", "应发合计（元）"),
        ("difference", "补扣合计（元）"),
        ("total", "实发合计（元）"),
    )
    _list("roster", "高龄津贴发放花名册", ROSTER, head, sums)
    _list("changes", "高龄津贴增减变动表", CHANGES, head, (("joined", "新增人数"), ("left", "减少人数")))
    of_street = (("month", "月份：", 1), ("subdistrict", "街道：", 4), ("made_on", "制表日期：", 9))
    _list("report", "高龄津贴月报表", REPORT, of_street, sums)
    _approval()


def _list(
    name: str,
    title: str,
    columns: tuple[tuple[str, str, int], ...],
    head: tuple[tuple[str, str, int], ...],
    sums: tuple[tuple[str, str], ...],
) -> None:
    book, sheet = _book(title, len(columns))
    sheet.page_setup.orientation = "landscape"
    for field, label, column in head:
        sheet.cell(2, column, label)
        sheet.cell(2, column + 1).alignment = Alignment("left")
        _name(book, field, sheet, (2, column + 1))
    for column, (label, field, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        heading, cell = sheet.cell(3, column, label), sheet.cell(4, column, field)
        heading.font = Font(bold=True)
        heading.alignment = cell.alignment = CENTRE
        heading.border = cell.border = GRID
        if "元" in label:
            cell.number_format = MONEY
    sheet.row_dimensions[3].height = 30
    _name(book, "lines", sheet, (4, 1), len(columns))
    for position, (field, label) in enumerate(sums):
        sheet.cell(5 + position, 1, label).font = Font(bold=True)
        sheet.merge_cells(start_row=5 + position, end_row=5 + position, start_column=1, end_column=2)
        sheet.cell(5 + position, 3).number_format = MONEY if "元" in label else "0"
        sheet.merge_cells(start_row=5 + position, end_row=5 + position, start_column=3, end_column=4)
        _name(book, field, sheet, (5 + position, 3))
    row = 6 + len(sums)
    for column, label in ((1, "社区核对（签章）："), (4, "街道确认（签章）："), (7, "民政受理（签章）：")):
        sheet.cell(row, column, label)
    sheet.print_title_rows = "1:3"
    book.save(FOLDER / f"{name}.xlsx")


def _approval() -> None:
    book, sheet = _book("高龄津贴审批表", 4)
    rows = (
        (("姓名", "name"), ("性别", "sex")),
        (("出生日期", "birth_date"), ("年龄", "age")),
        (("身份证号", "identity_number"), ("联系电话", "phone")),
        (("社区", "community"), ("街道", "subdistrict")),
        (("年龄段", "band"), ("月标准（元）", "amount")),
        (("首次认证", "certified_on"), ("起发月份", "from_month")),
    )
    for column, width in zip("ABCD", (14, 30, 14, 26), strict=True):
        sheet.column_dimensions[column].width = width
    for row, pairs in enumerate(rows, start=2):
        sheet.row_dimensions[row].height = 28
        for position, (label, field) in enumerate(pairs):
            _pair(book, sheet, (row, 1 + 2 * position), label, field)
    sheet.merge_cells("B8:D8")
    _pair(book, sheet, (8, 1), "住址", "address")
    sheet.row_dimensions[8].height = 28
    for row, label in ((9, "社区意见"), (10, "街道意见"), (11, "民政意见")):
        sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=4)
        sheet.cell(row, 1, label).alignment = CENTRE
        sheet.cell(row, 2, "\n\n（签章）　　　　年　　月　　日").alignment = Alignment(
            "right", "bottom", wrap_text=True
        )
        sheet.row_dimensions[row].height = 70
        for column in range(1, 5):
            sheet.cell(row, column).border = GRID
    for column in range(2, 5):
        sheet.cell(8, column).border = GRID
    sheet.cell(12, 1, "制表日期")
    _name(book, "made_on", sheet, (12, 2))
    book.save(FOLDER / "approval.xlsx")


def _pair(book: Workbook, sheet: Worksheet, at: tuple[int, int], label: str, field: str) -> None:
    row, column = at
    heading, cell = sheet.cell(row, column, label), sheet.cell(row, column + 1)
    heading.font = Font(bold=True)
    heading.alignment, cell.alignment = CENTRE, LEFT
    heading.border = cell.border = GRID
    if "元" in label:
        cell.number_format = MONEY
    _name(book, field, sheet, (row, column + 1))


def _book(title: str, columns: int) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.properties.created = book.properties.modified = MADE
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.cell(1, 1, title).font = Font(size=18, bold=True)
    sheet.cell(1, 1).alignment = CENTRE
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    sheet.row_dimensions[1].height = 36
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return book, sheet


def _name(book: Workbook, name: str, sheet: Worksheet, at: tuple[int, int], upto: int | None = None) -> None:
    row, column = at
    area = f"${get_column_letter(column)}${row}"
    if upto:
        area += f":${get_column_letter(upto)}${row}"
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!{area}")


if __name__ == "__main__":
    main()
