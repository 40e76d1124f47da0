"""What happened to the demonstration city's elders in the last year and a half, drawn from a fixed seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ledger.domain.programmes import Programme, age_on
from ledger.domain.roster.person import Mobility, Residence, RosterPerson
from ledger.services.acts import Action
from ledger.services.certification_requests import CertificationRequest
from ledger.services.consent_terms import ConsentTuple
from ledger.services.demo_city import PILOT_COMMUNITY, City
from ledger.services.demo_city.draws import Draws, Weighted
from ledger.services.references import SubjectRef

_SEED = 510181
_NEVER = 0.05
"""Share of the eligible whom nobody has certified yet."""
_MONTHS_AGO = Weighted(
    {0: 6, 1: 8, 2: 8, 3: 9, 4: 9, 5: 9, 6: 9, 7: 9, 8: 8, 9: 8, 10: 6, 11: 4, 12: 3, 13: 2, 14: 1.5, 16: 2}
)
"""When the last certification was: with twelve months of validity some are due, in grace, or over."""
_BASE = "510181004"
"""The subdistrict keeps the community base registry, so it provides what is shared."""
_TERMS = (
    ConsentTuple(_BASE, "health", "mobility", "home-care"),
    ConsentTuple(_BASE, "health", "contact", "home-care"),
    ConsentTuple(_BASE, "medical-insurance", "age-band", "medical-subsidy"),
)


@dataclass(frozen=True, slots=True, repr=False)
class ConsentAct:
    """A consent given (or refused), and perhaps withdrawn again."""

    number: str
    community: str
    terms: ConsentTuple
    grantor: str
    then: str
    """"" (stays given), "withdraw" or "refuse" """


@dataclass(slots=True)
class Story:
    """What workers and the reviewer do, in this order; worker's acts by community code."""

    visits: dict[str, list[CertificationRequest]] = field(default_factory=dict)
    notices: list[CertificationRequest] = field(default_factory=list)
    deaths: dict[str, list[CertificationRequest]] = field(default_factory=dict)
    reviews: list[CertificationRequest] = field(default_factory=list)
    consents: list[ConsentAct] = field(default_factory=list)


def tell(city: City, programme: Programme, today: date) -> Story:
    """The story as it stands on `today`."""
    draws = Draws(_SEED)
    story = Story()
    certified: list[RosterPerson] = []
    for person in city.people:
        if programme.band(person.number.birth_date, today) is None:
            continue
        if person.community == PILOT_COMMUNITY:
            story.notices.append(_request(person, Action.AUTHORISE, authorisation="notified"))
        if draws.chance(_NEVER):
            continue
        certified.append(person)
        story.visits.setdefault(person.community, []).append(_visit(draws, person, programme, today))
    _review(story, draws.shuffled(certified), today)
    _consent(story, draws, certified)
    return story


def _visit(draws: Draws, person: RosterPerson, programme: Programme, today: date) -> CertificationRequest:
    eligible_since = _birthday(person.number.birth_date, programme.youngest)
    ago = timedelta(days=30 * draws.weighted(_MONTHS_AGO) + draws.below(28))
    occurred_on = max(today - ago, eligible_since)
    return _request(
        person, Action.CERTIFY, method=_method(draws, person), occurred_on=min(occurred_on, today)
    )


def _method(draws: Draws, person: RosterPerson) -> str:
    if person.residence is Residence.INSTITUTION:
        return "institution"
    if person.residence is Residence.ELSEWHERE:
        return "video"
    if person.mobility is Mobility.LOW:
        return "household"
    return draws.one_of(("visit", "visit", "visit", "assisted", "paper"))


def _review(story: Story, certified: Sequence[RosterPerson], today: date) -> None:
    """A handful of each: suspended, one reinstated, revoked, closed; deaths reported, confirmed,
    rescinded.
    """
    suspended, closed, revoked = certified[:4], certified[4:6], certified[6]
    reported = certified[7:13]
    week = timedelta(days=7)
    for person in reported:
        story.deaths.setdefault(person.community, []).append(
            _request(person, Action.REPORT_DEATH, occurred_on=today - week)
        )
    story.reviews = [
        *(_request(p, Action.SUSPEND, reason="住址核实未果，待入户复核") for p in suspended),
        _request(suspended[0], Action.REINSTATE, reason="已入户核实"),
        *(_request(p, Action.CLOSE, reason="户籍已迁出") for p in closed),
        _request(revoked, Action.REVOKE, reason="登记时认错人，认证有误"),
        *(_request(p, Action.CONFIRM_DEATH, occurred_on=today - week) for p in reported[:3]),
        _request(reported[3], Action.RESCIND_DEATH, reason="误报，本人健在"),
    ]


def _consent(story: Story, draws: Draws, certified: Sequence[RosterPerson]) -> None:
    outcomes = Weighted({"": 7, "withdraw": 2, "refuse": 1})
    for person in certified:
        if person.community != PILOT_COMMUNITY:
            continue
        terms = draws.one_of(_TERMS)
        grantor = "guardian" if person.guardian else "self"
        story.consents.append(
            ConsentAct(person.number.text, person.community, terms, grantor, draws.weighted(outcomes))
        )


def _request(
    person: RosterPerson,
    action: Action,
    *,
    method: str | None = None,
    occurred_on: date | None = None,
    authorisation: str | None = None,
    reason: str | None = None,
) -> CertificationRequest:
    return CertificationRequest(
        subject=SubjectRef(identity_number=person.number.text),
        action=action,
        method=method,
        occurred_on=occurred_on,
        authorisation=authorisation,
        reason=reason,
    )


def _birthday(birth_date: date, age: int) -> date:
    """The day on which someone completes `age` years."""
    day = date(birth_date.year + age, birth_date.month, min(birth_date.day, 28))
    while age_on(birth_date, day) < age:
        day += timedelta(days=1)
    return day
