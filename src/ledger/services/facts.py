"""Dated facts about a person: their kinds, their shapes, and how a roster's row compares with what is known.

| kind | value |
|---|---|
| identity_number | number |
| birth_date | date, where another than the identity number's was established |
| name | name |
| paying_division | division: code of where the allowance is paid from (户籍) |
| residence | kind: home, institution, elsewhere or abroad; address |
| building | building |
| mobility | level: normal or low |
| contact | phone, relationship of its owner, owner's name; a person may have several |
| guardian | name, relationship, phone |
| email | address, relationship of its owner |
| remark | text |
| community | community: code of the community responsible |

Every value is text; what is not known is "".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.roster.person import Mobility, Residence, RosterPerson

Value = Mapping[str, str]


class FactKind(StrEnum):
    """What a fact is about."""

    IDENTITY_NUMBER = "identity_number"
    BIRTH_DATE = "birth_date"
    NAME = "name"
    PAYING_DIVISION = "paying_division"
    RESIDENCE = "residence"
    BUILDING = "building"
    MOBILITY = "mobility"
    CONTACT = "contact"
    GUARDIAN = "guardian"
    EMAIL = "email"
    REMARK = "remark"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """A fact as it is opened. Times are unix seconds; `valid_until` is None while it is true."""

    id: int
    kind: FactKind
    value: Value
    valid_from: int
    valid_until: int | None
    recorded_at: int
    recorded_by: str


def of_roster(person: RosterPerson) -> list[tuple[FactKind, Value]]:
    """What a roster's row says about a person."""
    said: list[tuple[FactKind, Value]] = [
        (FactKind.IDENTITY_NUMBER, {"number": person.number.text}),
        (FactKind.NAME, {"name": person.name}),
        (FactKind.COMMUNITY, {"community": person.community}),
        (FactKind.RESIDENCE, {"kind": person.residence.value, "address": person.address}),
        (FactKind.MOBILITY, {"level": person.mobility.value}),
    ]
    if person.paying_division:
        said.append((FactKind.PAYING_DIVISION, {"division": person.paying_division}))
    if person.building:
        said.append((FactKind.BUILDING, {"building": person.building}))
    if person.remark:
        said.append((FactKind.REMARK, {"text": person.remark}))
    if person.guardian:
        said.append(
            (
                FactKind.GUARDIAN,
                {
                    "name": person.guardian.name,
                    "relationship": person.guardian.relationship.value,
                    "phone": person.guardian.phone or "",
                },
            )
        )
    said.extend(
        (
            FactKind.CONTACT,
            {"phone": c.phone, "relationship": c.relationship.value, "owner": c.owner or ""},
        )
        for c in person.contacts
    )
    return said


@dataclass(frozen=True, slots=True)
class Difference:
    """What must be recorded so that the registry says what a roster says."""

    ended: tuple[int, ...]
    """Ids of facts that are no longer true."""
    new: tuple[tuple[FactKind, Value], ...]

    def __bool__(self) -> bool:
        return bool(self.ended or self.new)


def difference(known: Sequence[Fact], person: RosterPerson) -> Difference:
    """What the roster changes. A roster's silence ends nothing, and its contacts only add to those known:
    that it has no column for something, or a telephone no longer, says nothing about the person."""
    ended: list[int] = []
    new: list[tuple[FactKind, Value]] = []
    for kind, value in of_roster(person):
        present = [fact for fact in known if fact.kind is kind]
        if any(dict(fact.value) == dict(value) for fact in present):
            continue
        if present and _is_silence(kind, value):
            continue
        if kind is not FactKind.CONTACT:
            ended.extend(fact.id for fact in present)
        new.append((kind, value))
    return Difference(tuple(ended), tuple(new))


def _is_silence(kind: FactKind, value: Value) -> bool:
    """What a row reads as when it says nothing."""
    match kind:
        case FactKind.MOBILITY:
            return value["level"] == Mobility.NORMAL
        case FactKind.RESIDENCE:
            return value["kind"] == Residence.HOME and not value["address"]
        case _:
            return False
