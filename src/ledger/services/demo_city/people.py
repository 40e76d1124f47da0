"""The people of the demonstration city: all of them synthetic, all from one seed.

Identity numbers are under the unassigned division 519999. Telephones begin with 000, as no number in China
does (mobile numbers begin with 1, area codes with a single 0). Addresses are in a 示范路 ("Demonstration
Road"). How many live in an institution, move little, have a guardian and so on are rates of our own, rising
with age; none is published data.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date

from ledger.domain.divisions import Community
from ledger.domain.identity_number import SYNTHETIC_PREFIX, IdentityNumber, Sex, check_digit
from ledger.domain.roster.person import Contact, Guardian, Mobility, Relationship, Residence, RosterPerson
from ledger.services.demo_city.ages import draw_births
from ledger.services.demo_city.communities import demo_communities
from ledger.services.demo_city.draws import Draws, Weighted
from ledger.services.demo_city.names import draw_child_name, draw_name

AS_OF = date(2026, 1, 1)
"""The day on which the city's people have the ages of the published structure."""

DEFAULT_SIZE = 3_000
DEFAULT_SEED = 510181004

_COMMUNITY_WEIGHTS = (9, 14, 12, 11, 10, 9, 13, 12, 10)
_WIDEST_COUPLE = 6 * 365
_SHARED_PHONE = 0.45


@dataclass(frozen=True, slots=True)
class City:
    """People in the order of their communities."""

    people: tuple[RosterPerson, ...]

    def of(self, community: Community) -> list[RosterPerson]:
        return [person for person in self.people if person.community == community.code]


@dataclass(slots=True)
class _Registrar:
    """Hands out identity and telephone numbers, none of them twice."""

    sequences: dict[tuple[date, Sex], int] = field(default_factory=dict)
    phones: int = 0

    def identity_number(self, birth_date: date, sex: Sex) -> IdentityNumber:
        first = 1 if sex is Sex.MALE else 2
        sequence = self.sequences.get((birth_date, sex), first)
        self.sequences[birth_date, sex] = sequence + 2
        first_17 = f"{SYNTHETIC_PREFIX}{birth_date:%Y%m%d}{sequence:03}"
        return IdentityNumber(first_17 + check_digit(first_17))

    def phone(self) -> str:
        self.phones += 1
        return f"000{10_000_000 + self.phones * 7}"


def build_city(size: int = DEFAULT_SIZE, seed: int = DEFAULT_SEED) -> City:
    """`size` people in nine communities; the same size and seed give the same people everywhere."""
    draws = Draws(seed)
    registrar = _Registrar()
    communities = Weighted(dict(zip(demo_communities(), _COMMUNITY_WEIGHTS, strict=True)))
    births = defaultdict(list)
    for birth in draw_births(draws, size, AS_OF):
        births[draws.weighted(communities)].append(birth)
    people: list[RosterPerson] = []
    for community in demo_communities():
        for household in _households(draws, births[community]):
            people += _household(draws, registrar, community, household)
    return City(tuple(people))


def _households(draws: Draws, births: list[tuple[Sex, date]]) -> list[list[tuple[Sex, date]]]:
    """Couples of similar age, and people living by themselves, in random order."""
    men = sorted(birth for sex, birth in births if sex is Sex.MALE)
    women = sorted(birth for sex, birth in births if sex is Sex.FEMALE)
    households: list[list[tuple[Sex, date]]] = []
    for man in men:
        if women and abs((women[0] - man).days) <= _WIDEST_COUPLE and draws.chance(0.6):
            households.append([(Sex.MALE, man), (Sex.FEMALE, women.pop(0))])
        else:
            households.append([(Sex.MALE, man)])
        while women and (man - women[0]).days > _WIDEST_COUPLE:
            households.append([(Sex.FEMALE, women.pop(0))])
    households += [[(Sex.FEMALE, woman)] for woman in women]
    return draws.shuffled(households)


def _household(
    draws: Draws, registrar: _Registrar, community: Community, births: list[tuple[Sex, date]]
) -> list[RosterPerson]:
    residence = _residence(draws, _age(births[0][1]))
    street_number, building = f"{1 + draws.below(200)}号", f"{1 + draws.below(40)}栋"
    flat = f"{1 + draws.below(4)}单元{1 + draws.below(6)}0{1 + draws.below(4)}室"
    address = {
        Residence.HOME: f"示范路{street_number}{building}{flat}",
        Residence.INSTITUTION: "示范养老院",
        Residence.ELSEWHERE: "外地（随子女居住）",
    }[residence]
    people = [
        _person(
            draws,
            registrar,
            sex,
            birth_date,
            community=community.code,
            paying_division=_paying_division(draws, community),
            residence=residence,
            address=address,
            building=building if residence is Residence.HOME else "",
        )
        for sex, birth_date in births
    ]
    return _with_contacts(draws, registrar, people)


def _person(
    draws: Draws,
    registrar: _Registrar,
    sex: Sex,
    birth_date: date,
    *,
    community: str,
    paying_division: str,
    residence: Residence,
    address: str,
    building: str,
) -> RosterPerson:
    age = _age(birth_date)
    name = draw_name(draws, sex, birth_date.year)
    low = draws.chance(_by_age(age, 0.03, 0.08, 0.22, 0.45))
    has_guardian = low and age >= 75 and draws.chance(0.4)
    guardian = (
        Guardian(draw_child_name(draws, name, sex), Relationship.CHILD, registrar.phone())
        if has_guardian
        else None
    )
    children_away = residence is not Residence.ELSEWHERE and draws.chance(0.08)
    return RosterPerson(
        name=name,
        number=registrar.identity_number(birth_date, sex),
        community=community,
        paying_division=paying_division,
        residence=residence,
        address=address,
        building=building,
        mobility=Mobility.LOW if low else Mobility.NORMAL,
        guardian=guardian,
        remark="子女在外地" if children_away else "",
    )


def _with_contacts(draws: Draws, registrar: _Registrar, people: list[RosterPerson]) -> list[RosterPerson]:
    if len(people) == 2 and draws.chance(_SHARED_PHONE):
        husband, wife = people
        phone = registrar.phone()
        return [
            replace(husband, contacts=(Contact(phone, Relationship.SELF),)),
            replace(wife, contacts=(Contact(phone, Relationship.SPOUSE, husband.name),)),
        ]
    return [replace(person, contacts=_contacts(draws, registrar, person)) for person in people]


def _contacts(draws: Draws, registrar: _Registrar, person: RosterPerson) -> tuple[Contact, ...]:
    age = _age(person.birth_date)
    contacts = []
    if not draws.chance(_by_age(age, 0.04, 0.12, 0.4, 0.7)):
        contacts.append(Contact(registrar.phone(), Relationship.SELF))
    if draws.chance(_by_age(age, 0.2, 0.4, 0.75, 0.9)):
        child = draw_child_name(draws, person.name, person.sex)
        contacts.append(Contact(registrar.phone(), Relationship.CHILD, child))
    elif not contacts and draws.chance(0.5):
        helper = draws.one_of((Relationship.NEIGHBOUR, Relationship.WORKER))
        contacts.append(Contact(registrar.phone(), helper))
    return tuple(contacts)


def _residence(draws: Draws, age: int) -> Residence:
    if draws.chance(_by_age(age, 0.005, 0.015, 0.06, 0.12)):
        return Residence.INSTITUTION
    return Residence.ELSEWHERE if draws.chance(0.04) else Residence.HOME


def _paying_division(draws: Draws, community: Community) -> str:
    return community.code if draws.chance(0.95) else draws.one_of(demo_communities()).code


def _age(birth_date: date) -> int:
    return AS_OF.year - birth_date.year - ((birth_date.month, birth_date.day) > (AS_OF.month, AS_OF.day))


def _by_age(age: int, sixties: float, seventies: float, eighties: float, older: float) -> float:
    return (sixties, seventies, eighties, older)[min(age // 10, 9) - 6]
