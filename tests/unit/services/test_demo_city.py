from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ledger.domain.divisions import Divisions
from ledger.domain.identity_number import Sex, parse
from ledger.domain.roster.check import check_roster
from ledger.domain.roster.person import Mobility, Relationship, Residence, RosterPerson
from ledger.services.demo_city import (
    AS_OF,
    PILOT_COMMUNITY,
    City,
    build_city,
    demo_communities,
    write_rosters,
)
from ledger.services.demo_city.ages import MEN_PER_CENT, PEOPLE_BY_AGE
from ledger.services.roster_files import read_roster

DIGEST = "4446045287986ff443302fc83b66faf43f9f4f1bf5afed70182c736c76b86d79"
"""SHA-256 of the default city's people; it changes only when the city is changed on purpose."""


@pytest.fixture(scope="module")
def city() -> City:
    return build_city()


def age(person: RosterPerson) -> int:
    born = person.birth_date
    return AS_OF.year - born.year - ((AS_OF.month, AS_OF.day) < (born.month, born.day))


def test_nine_communities_of_one_subdistrict_with_the_pilot_among_them() -> None:
    communities = demo_communities()
    assert len(communities) == 9
    assert {community.street for community in communities} == {"灌口街道"}
    assert {c.code: c.name for c in communities}[PILOT_COMMUNITY] == "南桥社区"


def test_the_city_is_the_same_everywhere(city: City) -> None:
    text = "\n".join(f"{p.name} {p.number.text} {p.address} {p.community}" for p in city.people)
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST


def test_another_seed_gives_other_people_of_the_same_structure(city: City) -> None:
    other = build_city(seed=1)
    assert [p.name for p in other.people] != [p.name for p in city.people]
    assert Counter(min(age(p), 100) // 5 for p in other.people) == Counter(
        min(age(p), 100) // 5 for p in city.people
    )


def test_ages_have_the_published_structure(city: City) -> None:
    counts = Counter(min(age(person) // 5 * 5, 100) for person in city.people)
    assert counts.keys() == PEOPLE_BY_AGE.keys()
    for group, people in PEOPLE_BY_AGE.items():
        assert abs(counts[group] - people * 3000 / sum(PEOPLE_BY_AGE.values())) <= 2


def test_the_shares_of_men_add_up_to_the_published_sex_ratio() -> None:
    men = sum(people * MEN_PER_CENT[group] / 100 for group, people in PEOPLE_BY_AGE.items())
    assert round(100 * men / (sum(PEOPLE_BY_AGE.values()) - men)) == 93


def test_the_totals_are_those_of_the_census() -> None:
    assert sum(PEOPLE_BY_AGE.values()) == 264_018_218


def test_everybody_is_evidently_synthetic_and_nobody_is_there_twice(city: City) -> None:
    assert len(city.people) == 3000
    assert len({person.number for person in city.people}) == 3000
    for person in city.people:
        assert parse(person.number.text, today=AS_OF).is_synthetic
        phones = [contact.phone for contact in person.contacts]
        phones += [person.guardian.phone or ""] if person.guardian else []
        assert all(phone.startswith("000") and len(phone) == 11 for phone in phones)
        assert person.address.startswith(("示范", "外地"))


def test_the_city_has_the_people_that_the_work_is_hard_for(city: City) -> None:
    shared = Counter(contact.phone for person in city.people for contact in person.contacts)
    assert sum(count == 2 for count in shared.values()) > 100
    assert sum(not person.contacts for person in city.people) > 10
    assert sum(person.guardian is not None for person in city.people) > 20
    assert sum(person.remark == "子女在外地" for person in city.people) > 100
    assert {person.residence for person in city.people} == set(Residence) - {Residence.ABROAD}
    assert any("·" in person.name for person in city.people)
    assert any(ord(character) > 0xFFFF for person in city.people for character in person.name)
    relationships = {contact.relationship for person in city.people for contact in person.contacts}
    assert relationships == set(Relationship) - {Relationship.OTHER}


def test_mobility_falls_with_age(city: City) -> None:
    low = Counter(age(person) // 10 for person in city.people if person.mobility is Mobility.LOW)
    all_ = Counter(age(person) // 10 for person in city.people)
    shares = [low[decade] / all_[decade] for decade in (6, 7, 8, 9)]
    assert shares == sorted(shares)


@pytest.mark.parametrize("size", [40, 3000])
def test_its_rosters_come_back_whole_through_the_import(tmp_path: Path, size: int) -> None:
    city = build_city(size)
    paths = write_rosters(city, tmp_path)
    divisions = Divisions(demo_communities())
    found: list[RosterPerson] = []
    for path in paths:
        file = read_roster(path.read_bytes(), path.name)
        roster = check_roster(file.tables, divisions=divisions, today=AS_OF)
        assert (roster.faulty, file.skipped) == ((), ())
        found += [row.person for row in roster.good]
    assert sorted(map(comparable, found), key=by_number) == sorted(
        map(comparable, city.people), key=by_number
    )
    assert {path.suffix for path in paths} == {".xlsx", ".csv"}


def comparable(person: RosterPerson) -> RosterPerson:
    return replace(person, contacts=tuple(sorted(person.contacts, key=lambda contact: contact.phone)))


def by_number(person: RosterPerson) -> str:
    return person.number.text


def test_a_couple_lives_together_and_each_has_their_own_number(city: City) -> None:
    by_phone: dict[str, list[RosterPerson]] = {}
    for person in city.people:
        for contact in person.contacts:
            by_phone.setdefault(contact.phone, []).append(person)
    couples = [people for people in by_phone.values() if len(people) == 2]
    for husband, wife in couples:
        assert (husband.sex, wife.sex) == (Sex.MALE, Sex.FEMALE)
        assert (husband.address, husband.community) == (wife.address, wife.community)
        assert wife.contacts[0].owner == husband.name


def test_the_day_of_the_structure_is_a_first_of_january() -> None:
    assert (AS_OF.month, AS_OF.day) == (1, 1)
    assert max(person.birth_date for person in build_city(200).people) < date(1966, 1, 2)
