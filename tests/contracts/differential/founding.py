"""What a run begins with: organisations, keys in every state, programmes."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.domain import events as of
from ledger.domain.events import Contract
from ledger.encoding.types import OrganisationId, ProgrammeId, Timestamp
from tests.contracts.differential import attempts
from tests.contracts.differential.world import (
    ALL,
    ALL_ROLES,
    CLOSED,
    COUNTY,
    DAY,
    END_OF_TIME,
    MAYBE,
    ORGANISATIONS,
    PROGRAMMES,
    PROVINCE,
    SUBDISTRICT,
    WANDERER,
    World,
)


def blocks(world: World) -> Iterator[list[of.CountedEvent]]:
    """The events of two blocks: what is registered, then what ends at once."""
    place = attempts.position(world.time)
    certifications = world.contracts[Contract.CERTIFICATIONS]
    made: list[of.CountedEvent] = [of.EnforcerSet(place, Contract.POLICIES, 0, certifications)]
    for number, (parent, roles) in ORGANISATIONS.items():
        id_, above = OrganisationId(number), OrganisationId(parent)
        name = f"organisation {number}"
        made.append(
            of.OrganisationAdded(place, Contract.MEMBERS, 0, id_, above, int(roles), world.governor, name)
        )
    # Each organisation's first key signs to the end; the others expire, are not yet valid, or may be ended.
    made += [key_added(world, organisation) for organisation in ORGANISATIONS]
    made.append(key_added(world, COUNTY, until=world.time))
    made.append(key_added(world, SUBDISTRICT, until=world.time + DAY))
    made.append(key_added(world, ALL, since=END_OF_TIME - DAY))
    made += [key_added(world, organisation) for organisation in (WANDERER, MAYBE)]
    distrusted = key_added(world, ALL)
    made.append(distrusted)
    world.new_key()
    for number, (active, limit, senior, seamless) in PROGRAMMES.items():
        terms = (1, active, limit, senior, seamless, bytes(32))
        made.append(of.ProgrammeSet(place, Contract.POLICIES, 0, ProgrammeId(number), *terms))
    yield made
    since = Timestamp(world.time - DAY)
    ended = of.OrganisationChanged(
        place, Contract.MEMBERS, 0, OrganisationId(CLOSED), OrganisationId(SUBDISTRICT), ALL_ROLES, False
    )
    # Nobody asks how much hangs below: TEAM is now five levels down, and isWithin sees four.
    county = of.OrganisationChanged(
        place,
        Contract.MEMBERS,
        0,
        OrganisationId(COUNTY),
        OrganisationId(PROVINCE),
        int(ORGANISATIONS[COUNTY][1]),
        True,
    )
    yield [ended, county, of.SignerDistrusted(place, Contract.MEMBERS, 0, distrusted.signer, since)]


def key_added(world: World, organisation: int, *, since: int = 0, until: int = END_OF_TIME) -> of.SignerAdded:
    """A new key of an organisation."""
    window = Timestamp(since), Timestamp(until)
    key = world.new_key().address
    place = attempts.position(world.time)
    return of.SignerAdded(place, Contract.MEMBERS, 0, key, OrganisationId(organisation), *window)
