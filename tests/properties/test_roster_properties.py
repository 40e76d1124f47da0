from __future__ import annotations

import csv
import io
from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from ledger.domain import plain_text
from ledger.domain.roster.cells import Cell, RawRow
from ledger.domain.roster.check import check_roster
from ledger.domain.roster.columns import SYNONYMS, Column
from ledger.domain.roster.dates import read_birth_date
from ledger.domain.roster.problems import FaultyRow
from ledger.domain.roster.row import Context, read_row
from ledger.domain.roster.table import read_table
from ledger.services.roster_files import problem_workbook, read_roster
from ledger.texts.messages import LOCALES, text
from tests.rosters import DIVISIONS, NANQIAO, TODAY, number, table_of

HEADINGS = tuple(synonyms[0] for synonyms in SYNONYMS.values())
printable = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
cells: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    printable,
    st.integers(-(10**19), 10**19),
    st.floats(allow_nan=True, allow_infinity=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.sampled_from([number(), "女", "1938.5", "南桥社区", "#REF!", "=1+1", "合计"]),
)
rows = st.lists(st.lists(cells, max_size=len(HEADINGS) + 2), max_size=6)
han = st.characters(min_codepoint=0x3400, max_codepoint=0x323AF, categories=("Lo", "Co"))


@given(rows)
def test_every_row_comes_out_exactly_once_with_reasons_that_can_be_told(
    body: list[list[Cell]],
) -> None:
    table = table_of(HEADINGS, *body)
    roster = check_roster([table], divisions=DIVISIONS, today=TODAY, community=NANQIAO)
    numbers = sorted([row.row.number for row in roster.good] + [row.row.number for row in roster.faulty])
    assert numbers == [row.number for row in table.rows]
    for row in roster.faulty:
        assert row.problems
        for problem in row.problems:
            assert all(text(problem.code, locale, **problem.params) for locale in LOCALES)


@given(rows)
def test_faulty_rows_survive_as_records_and_can_be_written_and_read_again(body: list[list[Cell]]) -> None:
    table = table_of(HEADINGS, *body)
    faulty = check_roster([table], divisions=DIVISIONS, today=TODAY, community=NANQIAO).faulty
    again = [FaultyRow.from_record(row.as_record()) for row in faulty]
    assert [row.labelled for row in again] == [row.labelled for row in faulty]
    sheet = load_workbook(io.BytesIO(problem_workbook(again))).worksheets[0]
    assert sheet.max_row == (1 + len(faulty) if faulty else 1)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@given(st.lists(cells, max_size=5).map(tuple), st.permutations(list(Column)))
def test_the_order_of_columns_never_matters(values: tuple[Cell, ...], order: list[Column]) -> None:
    row = dict(zip(Column, values, strict=False))

    def read(columns: list[Column]) -> tuple[object, ...]:
        table = read_table("s", [RawRow(1, tuple(SYNONYMS[column][0] for column in columns))])
        assert table is not None
        reading = read_row(
            table.heading,
            RawRow(2, tuple(row.get(column) for column in columns)),
            Context(DIVISIONS, TODAY, NANQIAO),
        )
        return sorted((p.column, p.code) for p in reading.problems), reading.person, reading.number

    assert read(order) == read(list(Column))


@given(st.text(han, min_size=1, max_size=20))
def test_han_characters_always_stay_as_they_are(name: str) -> None:
    assert plain_text.person_name(name) == name
    assert plain_text.half_width(name) == name


@given(printable)
def test_cleaning_twice_changes_nothing(value: str) -> None:
    for clean in (plain_text.clean, plain_text.half_width, plain_text.compact, plain_text.person_name):
        assert clean(clean(value)) == clean(value)


@given(st.dates(min_value=date(1900, 3, 1), max_value=date(2050, 1, 1)))
def test_a_date_is_read_back_from_every_way_of_writing_it(day: date) -> None:
    written: list[Cell] = [
        day,
        datetime(day.year, day.month, day.day),  # noqa: DTZ001 - as a spreadsheet's dates are
        (day - date(1899, 12, 30)).days,
        int(f"{day:%Y%m%d}"),
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}",
        float(f"{day.year}.{day.month:02}"),
    ]
    serial = written[2]
    assert isinstance(serial, int)
    if serial < 10_000:  # four digits are a year, or no date that anybody living was born on
        written.remove(serial)
    for cell in written:
        assert any(meaning.fits(day) for meaning in read_birth_date(cell)), cell


@given(
    st.lists(st.tuples(st.text(han, min_size=1, max_size=6), printable), min_size=1, max_size=8),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    st.sampled_from([",", ";", "\t"]),
)
def test_text_comes_back_as_written(people: list[tuple[str, str]], encoding: str, separator: str) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator)
    writer.writerow(["备注", "姓名", "身份证号"])
    lines = [(remark, name, number(sequence=at)) for at, (name, remark) in enumerate(people, start=1)]
    writer.writerows(lines)
    table = read_roster(buffer.getvalue().encode(encoding), "x.csv").tables[0]
    assert [row.cells for row in table.rows] == lines
