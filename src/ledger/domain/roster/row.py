"""One row of a roster: either a person, or what is wrong with each cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from ledger.domain import plain_text
from ledger.domain.divisions import DivisionError, Divisions
from ledger.domain.identity_number import IdentityNumber, IdentityNumberError
from ledger.domain.roster.cells import ERROR_VALUES, Cell, RawRow, as_text
from ledger.domain.roster.columns import Column
from ledger.domain.roster.contacts import contacts_of, read_phones
from ledger.domain.roster.dates import read_birth_date
from ledger.domain.roster.numbers import read_identity_number
from ledger.domain.roster.person import Contact, Guardian, Mobility, Relationship, Residence, RosterPerson
from ledger.domain.roster.problems import CellProblem
from ledger.domain.roster.table import Heading
from ledger.domain.roster.vocabulary import MOBILITIES, RESIDENCES, SEXES, lookup, split_owner

LONGEST = {
    Column.NAME: 64,
    Column.GUARDIAN_NAME: 64,
    Column.BUILDING: 64,
    Column.ADDRESS: 200,
    Column.REMARK: 500,
}
"""Characters that a text column may hold."""

_PHONES_WITH_OWNER = {
    Column.PHONE_SELF: Relationship.SELF,
    Column.PHONE_SPOUSE: Relationship.SPOUSE,
    Column.PHONE_CHILD: Relationship.CHILD,
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a row is checked against. `community` is the code that rows without one belong to."""

    divisions: Divisions
    today: date
    community: str | None = None


@dataclass(slots=True)
class RowReading:
    """A row half read: what could be told of it, and the problems found so far."""

    heading: Heading
    row: RawRow
    context: Context
    problems: list[CellProblem] = field(default_factory=list)
    number: IdentityNumber | None = None
    community: str | None = None
    person: RosterPerson | None = None

    def fault(self, column: Column, code: str, **params: str | int) -> None:
        self.problems.append(CellProblem(column, code, params))

    def cell(self, column: Column) -> Cell:
        return self.heading.cell(self.row, column)

    def text(self, column: Column) -> str:
        text = plain_text.clean(as_text(self.cell(column)))
        if text in ERROR_VALUES:
            self.fault(column, "roster.cell.error_value", value=text)
            return ""
        limit = LONGEST.get(column)
        if limit is not None and len(text) > limit:
            self.fault(column, "roster.cell.too_long", limit=limit)
            return ""
        return text


def read_row(heading: Heading, row: RawRow, context: Context) -> RowReading:
    """Reads and checks one row; `person` is set when there is no problem. Duplicates are the file's
    business."""
    reading = RowReading(heading, row, context)
    name = _name(reading, Column.NAME)
    reading.number = _number(reading)
    reading.community = _community(reading)
    _check_birth_date(reading)
    _check_sex(reading)
    paying_division = _paying_division(reading)
    residence = Residence(_word(reading, Column.RESIDENCE, RESIDENCES) or Residence.HOME)
    mobility = Mobility(_word(reading, Column.MOBILITY, MOBILITIES) or Mobility.NORMAL)
    contacts = _contacts(reading, name)
    guardian = _guardian(reading)
    address, building, remark = (
        reading.text(column) for column in (Column.ADDRESS, Column.BUILDING, Column.REMARK)
    )
    if not reading.problems and reading.number is not None and reading.community is not None:
        reading.person = RosterPerson(
            name=name,
            number=reading.number,
            community=reading.community,
            paying_division=paying_division,
            residence=residence,
            address=address,
            building=building,
            contacts=contacts,
            mobility=mobility,
            guardian=guardian,
            remark=remark,
        )
    return reading


def _name(reading: RowReading, column: Column) -> str:
    before = len(reading.problems)
    name = plain_text.person_name(reading.text(column))
    if len(reading.problems) > before:
        return ""
    if not name and column is Column.NAME:
        reading.fault(column, "roster.name.missing")
    elif name and not any(unicodedata.category(c)[0] == "L" or unicodedata.category(c) == "Co" for c in name):
        reading.fault(column, "roster.name.no_letters")
    return name


def _number(reading: RowReading) -> IdentityNumber | None:
    if not reading.text(Column.IDENTITY_NUMBER):
        if not any(problem.column is Column.IDENTITY_NUMBER for problem in reading.problems):
            reading.fault(Column.IDENTITY_NUMBER, "roster.identity_number.missing")
        return None
    try:
        return read_identity_number(reading.cell(Column.IDENTITY_NUMBER), today=reading.context.today)
    except IdentityNumberError as error:
        params = {name: value for name, value in error.params.items() if value is not None}
        reading.fault(Column.IDENTITY_NUMBER, error.code, **params)
        return None


def _community(reading: RowReading) -> str | None:
    text = reading.text(Column.COMMUNITY)
    if not text:
        if reading.context.community is None:
            reading.fault(Column.COMMUNITY, "roster.community.missing")
        return reading.context.community
    try:
        return reading.context.divisions.community(text)
    except DivisionError as error:
        ambiguous = error.code == "division.ambiguous"
        reading.fault(
            Column.COMMUNITY, "roster.community.ambiguous" if ambiguous else "roster.community.unknown"
        )
        return None


def _paying_division(reading: RowReading) -> str | None:
    text = reading.text(Column.PAYING_DIVISION)
    if not text:
        return None
    try:
        return reading.context.divisions.division(text)
    except DivisionError as error:
        ambiguous = error.code == "division.ambiguous"
        reading.fault(
            Column.PAYING_DIVISION,
            "roster.paying_division.ambiguous" if ambiguous else "roster.paying_division.unknown",
        )
        return None


def _check_birth_date(reading: RowReading) -> None:
    if not reading.text(Column.BIRTH_DATE):
        return
    meanings = read_birth_date(reading.cell(Column.BIRTH_DATE))
    if not meanings:
        reading.fault(Column.BIRTH_DATE, "roster.birth_date.unreadable")
    elif reading.number and not any(meaning.fits(reading.number.birth_date) for meaning in meanings):
        reading.fault(Column.BIRTH_DATE, "roster.birth_date.differs")


def _check_sex(reading: RowReading) -> None:
    sex = _word(reading, Column.SEX, SEXES)
    if sex and reading.number and sex != reading.number.sex:
        reading.fault(Column.SEX, "roster.sex.differs")


def _word(reading: RowReading, column: Column, table: Mapping[str, str]) -> str | None:
    text = reading.text(column)
    value = lookup(table, text) if text else None
    if text and value is None:
        reading.fault(column, f"roster.{column}.unknown")
    return value


def _phones(reading: RowReading, column: Column) -> list[str]:
    text = reading.text(column)
    phones = read_phones(text) if text else []
    if phones is None:
        reading.fault(column, "roster.phone.malformed")
        return []
    return phones


def _contacts(reading: RowReading, name: str) -> tuple[Contact, ...]:
    contacts = contacts_of(
        _phones(reading, Column.PHONE),
        owner=reading.text(Column.PHONE_OWNER),
        relationship=reading.text(Column.PHONE_RELATIONSHIP),
        elder=name,
        otherwise=Relationship.OTHER,
    )
    for column, relationship in _PHONES_WITH_OWNER.items():
        contacts += [Contact(phone, relationship) for phone in _phones(reading, column)]
    return tuple(dict.fromkeys(contacts))


def _guardian(reading: RowReading) -> Guardian | None:
    named, relationship = split_owner(_name(reading, Column.GUARDIAN_NAME))
    phones = _phones(reading, Column.GUARDIAN_PHONE)
    stated = reading.text(Column.GUARDIAN_RELATIONSHIP)
    if stated:
        relationship = split_owner(stated)[1]
    if not named:
        if phones or stated or relationship:
            reading.fault(Column.GUARDIAN_NAME, "roster.guardian_name.missing")
        return None
    return Guardian(named, relationship or Relationship.OTHER, phones[0] if phones else None)
