"""What a roster's row changes about a known person."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.identity_number import parse
from ledger.domain.roster.person import Contact, Mobility, Relationship, Residence, RosterPerson
from ledger.services.facts import Fact, FactKind, difference, of_roster
from tests.rosters import NANQIAO, number

PERSON = RosterPerson(
    name="李桂英",
    number=parse(number()),
    community=NANQIAO,
    address="南桥街1号",
    building="3栋",
    mobility=Mobility.LOW,
    contacts=(Contact("00012345678", Relationship.CHILD, "李强"),),
)


def known(person: RosterPerson) -> list[Fact]:
    return [
        Fact(at, kind, value, valid_from=0, valid_until=None, recorded_at=0, recorded_by="u")
        for at, (kind, value) in enumerate(of_roster(person))
    ]


def test_the_same_row_changes_nothing() -> None:
    assert not difference(known(PERSON), PERSON)


def test_another_value_ends_the_one_before() -> None:
    change = difference(known(PERSON), replace(PERSON, name="李桂瑛"))
    (ended,) = change.ended
    assert known(PERSON)[ended].kind is FactKind.NAME
    assert change.new == ((FactKind.NAME, {"name": "李桂瑛"}),)


def test_a_new_telephone_is_added_and_the_others_stay() -> None:
    other = Contact("00087654321", Relationship.SELF)
    change = difference(known(PERSON), replace(PERSON, contacts=(other,)))
    assert change.ended == ()
    assert [kind for kind, _ in change.new] == [FactKind.CONTACT]


def test_silence_ends_nothing() -> None:
    silent = replace(
        PERSON, address="", building="", mobility=Mobility.NORMAL, residence=Residence.HOME, contacts=()
    )
    assert not difference(known(PERSON), silent)


def test_what_was_not_known_is_added() -> None:
    bare = replace(PERSON, building="", contacts=())
    change = difference(known(bare), PERSON)
    assert change.ended == ()
    assert {kind for kind, _ in change.new} == {FactKind.BUILDING, FactKind.CONTACT}
