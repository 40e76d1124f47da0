"""What is released of a category: its own fields, or where a yes or no serves, only that.

| category | released |
|---|---|
| residence | community, kind (home, institution, elsewhere), address, building |
| age-band | at_least and yes: whether the person has completed so many years |
| mobility | level: normal or low |
| contact | contacts: phone, relationship, owner of each |
| certification-status | certified_today |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from ledger.domain import identity_number
from ledger.domain.programmes import Programme, age_on
from ledger.errors import BadInput, CannotKnow
from ledger.services.facts import FactKind, Value
from ledger.services.organisations import Directory
from ledger.services.people import People, Person
from ledger.services.verdicts import Verdicts

Released = Mapping[str, str | int | bool | list[dict[str, str]]]

_CERTIFIED = frozenset({"VALID", "DUE", "GRACE"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What the fields are read from. `at_least` is in years, None for the youngest band's."""

    conn: Connection
    person: Person
    programme: Programme
    people: People
    verdicts: Verdicts
    today: date
    at_least: int | None

    def known(self, kind: FactKind) -> list[Value]:
        """What is true of the person now, of one kind."""
        facts = self.people.present(self.conn, {self.person.id: self.person}, [kind])
        return [fact.value for fact in facts[self.person.id]]

    def first(self, kind: FactKind) -> Value:
        """The one that is true now; empty if nothing is known."""
        return next(iter(self.known(kind)), {})


def fields_of(category: str, ground: Ground) -> Released:
    """The fields of a category of the vocabulary. Raises BadInput `data.age_not_asked`, CannotKnow
    `data.certification_unknown`.
    """
    return _FIELDS[category](ground)


def _residence(ground: Ground) -> Released:
    residence = ground.first(FactKind.RESIDENCE)
    return {
        "community": Directory(ground.conn).code(ground.person.community),
        "kind": residence.get("kind", ""),
        "address": residence.get("address", ""),
        "building": ground.first(FactKind.BUILDING).get("building", ""),
    }


def _age_band(ground: Ground) -> Released:
    # The programme's own ages only: from any others that it liked, an asker could narrow down a birthday.
    ages = [band.from_age for band in ground.programme.bands]
    asked = ages[0] if ground.at_least is None else ground.at_least
    if asked not in ages:
        raise BadInput("data.age_not_asked", got=asked, expected=", ".join(map(str, ages)))
    number = ground.first(FactKind.IDENTITY_NUMBER)["number"]
    return {
        "at_least": asked,
        "yes": age_on(identity_number.parse(number).birth_date, ground.today) >= asked,
    }


def _mobility(ground: Ground) -> Released:
    return {"level": ground.first(FactKind.MOBILITY).get("level", "")}


def _contact(ground: Ground) -> Released:
    return {"contacts": [dict(value) for value in ground.known(FactKind.CONTACT)]}


def _certification(ground: Ground) -> Released:
    read = ground.verdicts.now(ground.conn, [ground.person], ground.programme)[ground.person.id]
    verdict = read.verdict.verdict.value
    if verdict == "UNKNOWN":
        raise CannotKnow("data.certification_unknown")
    return {"certified_today": verdict in _CERTIFIED}


_FIELDS: Mapping[str, Callable[[Ground], Released]] = {
    "residence": _residence,
    "age-band": _age_band,
    "mobility": _mobility,
    "contact": _contact,
    "certification-status": _certification,
}
