"""People in lists: as much of each as a worker needs to tell them apart."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from ledger.domain.verdicts import Verdict
from ledger.services.facts import FactKind
from ledger.services.lookup_answers import PersonLine
from ledger.services.organisations import Directory
from ledger.services.people import People, Person

_KINDS = (FactKind.NAME, FactKind.IDENTITY_NUMBER, FactKind.BUILDING, FactKind.MOBILITY)


def person_lines(
    conn: Connection, people: People, found: Mapping[str, Person], verdicts: Mapping[str, Verdict]
) -> list[PersonLine]:
    """A line for each person, in the order of `found`."""
    directory = Directory(conn)
    facts = people.present(conn, found, _KINDS)
    lines = []
    for subject_id, person in found.items():
        known = {fact.kind: fact.value for fact in facts[subject_id]}
        number = known[FactKind.IDENTITY_NUMBER]["number"]
        building = known.get(FactKind.BUILDING)
        mobility = known.get(FactKind.MOBILITY)
        lines.append(
            PersonLine(
                subject_id=subject_id,
                name=known[FactKind.NAME]["name"],
                masked_number=masked(number),
                birth_year=int(number[6:10]),
                community=directory.code(person.community),
                building=building["building"] if building else None,
                mobility=mobility["level"] if mobility else None,
                verdict=verdicts[subject_id].verdict.value,
                valid_until=verdicts[subject_id].valid_until,
            )
        )
    return lines


def masked(number: str) -> str:
    """An identity number with its birth date hidden: 519999********1234."""
    return f"{number[:6]}********{number[14:]}"
