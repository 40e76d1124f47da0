"""The public registers: what their events make of the state, and what they would have refused."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.domain.events import (
    BasisAdded,
    BasisEnded,
    GovernanceTransferred,
    OrganisationAdded,
    OrganisationAdminChanged,
    OrganisationChanged,
    ProgrammeSet,
    SignerAdded,
    SignerDistrusted,
    SignerEnded,
)
from ledger.domain.rules import Refusal
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import Basis
from ledger.encoding.words import organisation, programme, signer
from tests.samples import (
    ADMIN,
    COMMUNITY,
    COUNTY,
    DAY,
    FOREVER,
    HOSPITAL,
    NOW,
    PROGRAMME,
    SUBDISTRICT,
    Ledger,
    address,
)

KEY = address(COMMUNITY)
NEW = 50


@pytest.fixture
def city() -> Ledger:
    return Ledger.of_the_city()


def refusals(city: Ledger, event: Any, *arguments: Any) -> list[Refusal]:
    policies = event in {ProgrammeSet, BasisAdded, BasisEnded}
    violations = (city.policies if policies else city.members)(event, *arguments)
    return [violation.refusal for violation in violations]


@pytest.mark.parametrize(
    ("event", "arguments", "expected"),
    [
        (OrganisationAdded, (0, 0, 1, ADMIN, ""), Refusal("OrganisationIdInvalid", (0,))),
        (OrganisationAdded, (1 << 20, 0, 1, ADMIN, ""), Refusal("OrganisationIdInvalid", (1 << 20,))),
        (OrganisationAdded, (COUNTY, 0, 1, ADMIN, ""), Refusal("OrganisationExists", (COUNTY,))),
        (OrganisationAdded, (NEW, 0, 1, ZERO_ADDRESS, ""), Refusal("AdminInvalid", (ZERO_ADDRESS,))),
        (OrganisationAdded, (NEW, 60, 1, ADMIN, ""), Refusal("OrganisationUnknown", (60,))),
        (OrganisationAdded, (NEW, 1 << 20, 1, ADMIN, ""), Refusal("OrganisationUnknown", (1 << 20,))),
        (OrganisationChanged, (NEW, 0, 1, True), Refusal("OrganisationUnknown", (NEW,))),
        (
            OrganisationChanged,
            (COUNTY, COMMUNITY, 1, True),
            Refusal("ParentNotAllowed", (COUNTY, COMMUNITY)),
        ),
        (OrganisationChanged, (COUNTY, COUNTY, 1, True), Refusal("ParentNotAllowed", (COUNTY, COUNTY))),
        (OrganisationAdminChanged, (NEW, ADMIN), Refusal("OrganisationUnknown", (NEW,))),
        (OrganisationAdminChanged, (COUNTY, ZERO_ADDRESS), Refusal("AdminInvalid", (ZERO_ADDRESS,))),
        (SignerAdded, (address(NEW), NEW, 0, FOREVER), Refusal("OrganisationUnknown", (NEW,))),
        (SignerAdded, (address(NEW), 1 << 20, 0, 1), Refusal("OrganisationUnknown", (1 << 20,))),
        (SignerAdded, (ZERO_ADDRESS, COUNTY, 0, 1), Refusal("SignerInvalid", (ZERO_ADDRESS,))),
        (SignerAdded, (KEY, COUNTY, 0, 1), Refusal("SignerExists", (KEY, COMMUNITY))),
        (SignerAdded, (address(NEW), COUNTY, 5, 5), Refusal("SignerWindowMalformed", (address(NEW), 5, 5))),
        (SignerEnded, (address(NEW), NOW), Refusal("SignerNotRegistered", (address(NEW),))),
        (SignerEnded, (KEY, NOW - 1), Refusal("SignerEndNotAllowed", (KEY, NOW - 1, NOW, FOREVER))),
        (SignerEnded, (KEY, FOREVER), Refusal("SignerEndNotAllowed", (KEY, FOREVER, NOW, FOREVER))),
        (SignerDistrusted, (address(NEW), NOW), Refusal("SignerNotRegistered", (address(NEW),))),
        (SignerDistrusted, (KEY, 0), Refusal("DistrustNotAllowed", (KEY, 0, NOW))),
        (SignerDistrusted, (KEY, NOW + 1), Refusal("DistrustNotAllowed", (KEY, NOW + 1, NOW))),
        (
            GovernanceTransferred,
            (address(5), address(6)),
            Refusal("PreviousOwnerMismatch", (address(5), ZERO_ADDRESS)),
        ),
        (ProgrammeSet, (0, 1, True, 1, 1, 1, bytes(32)), Refusal("ProgrammeInvalid", (0,))),
        (
            ProgrammeSet,
            (PROGRAMME, 1, True, 1, 1, 1, bytes(32)),
            Refusal("VersionNotNext", (PROGRAMME, 1, 2)),
        ),
        (BasisAdded, (1, NEW, COUNTY, 1, 1, 0, 1, ""), Refusal("OrganisationUnknown", (NEW,))),
        (BasisAdded, (1, COUNTY, NEW, 1, 1, 0, 1, ""), Refusal("OrganisationUnknown", (NEW,))),
        (BasisAdded, (1, COUNTY, HOSPITAL, 1, 1, 5, 5, ""), Refusal("BasisWindowMalformed", (5, 5))),
        (BasisAdded, (2, COUNTY, HOSPITAL, 1, 1, 0, 1, ""), Refusal("BasisNotNext", (2, 1))),
        (BasisEnded, (1, NOW), Refusal("BasisUnknown", (1,))),
    ],
)
def test_what_the_registers_would_have_refused_is_found(
    city: Ledger, event: Any, arguments: tuple[Any, ...], expected: Refusal
) -> None:
    assert refusals(city, event, *arguments) == [expected]


def test_a_programmes_limit_fits_its_five_bits(city: Ledger) -> None:
    assert refusals(city, ProgrammeSet, PROGRAMME, 2, True, 31, 1, 1, bytes(32)) == []
    too_high = Refusal("SeamlessLimitTooHigh", (32, 31))
    assert refusals(city, ProgrammeSet, PROGRAMME, 3, True, 32, 1, 1, bytes(32)) == [too_high]


def test_no_organisation_has_more_than_four_above_it(city: Ledger) -> None:
    for id_, parent in ((NEW, COMMUNITY), (NEW + 1, NEW)):
        assert refusals(city, OrganisationAdded, id_, parent, 1, ADMIN, "") == []
    fifth = refusals(city, OrganisationAdded, NEW + 2, NEW + 1, 1, ADMIN, "")
    assert fifth == [Refusal("ParentNotAllowed", (NEW + 2, NEW + 1))]


def test_an_organisation_changes_place_roles_and_activity_and_keeps_its_admin(city: Ledger) -> None:
    assert refusals(city, OrganisationChanged, COMMUNITY, COUNTY, 9, False) == []
    assert city.state.organisations[COMMUNITY] == organisation.pack(
        parent=COUNTY, roles=9, admin=int(ADMIN, 16)
    )
    assert refusals(city, OrganisationAdminChanged, COMMUNITY, address(5)) == []
    assert city.state.organisations[COMMUNITY] == organisation.pack(parent=COUNTY, roles=9, admin=5)


def test_a_key_is_ended_and_distrusted_ever_earlier(city: Ledger) -> None:
    assert refusals(city, SignerEnded, KEY, NOW + DAY) == []
    assert refusals(city, SignerDistrusted, KEY, NOW) == []
    assert refusals(city, SignerDistrusted, KEY, NOW - 5) == []
    later = Refusal("DistrustNotAllowed", (KEY, NOW - 5, NOW - 6))
    assert refusals(city, SignerDistrusted, KEY, NOW - 5) == [later]
    word = city.state.signers[KEY]
    assert (signer.valid_until(word), signer.distrusted_since(word)) == (NOW + DAY, NOW - 5)


def test_a_keys_word_says_what_its_organisation_may_do(city: Ledger) -> None:
    word = city.state.signers[KEY]
    before = city.state.organisations[COMMUNITY]
    assert (signer.roles(word), signer.active(word)) == (organisation.roles(before), True)
    assert refusals(city, OrganisationChanged, COMMUNITY, COUNTY, 9, False) == []
    word = city.state.signers[KEY]
    assert (signer.roles(word), signer.active(word)) == (9, False)


def test_an_organisation_has_256_keys_in_its_life(city: Ledger) -> None:
    added = sum(signer.organisation(word) == COMMUNITY for word in city.state.signers.values())
    for number in range(added, 256):
        assert refusals(city, SignerAdded, address(10_000 + number), COMMUNITY, NOW, NOW + DAY) == []
    too_many = Refusal("TooManySigners", (COMMUNITY, 256))
    assert refusals(city, SignerAdded, address(9_999), COMMUNITY, NOW, NOW + DAY) == [too_many]


def test_governance_is_passed_on_from_whom_it_was_with(city: Ledger) -> None:
    assert refusals(city, GovernanceTransferred, ZERO_ADDRESS, address(5)) == []
    assert refusals(city, GovernanceTransferred, address(5), address(6)) == []
    assert city.state.owner == address(6)


def test_a_programmes_versions_follow_each_other(city: Ledger) -> None:
    rules_hash = b"\x07" * 32
    assert refusals(city, ProgrammeSet, PROGRAMME, 2, False, 3, 4, 5, rules_hash) == []
    assert city.state.programmes[PROGRAMME] == programme.pack(
        version=2, seamless_limit=3, longest_senior=4, longest_seamless=5
    )
    assert city.state.rules_hashes[PROGRAMME] == rules_hash


def test_a_basis_is_added_and_ends_earlier(city: Ledger) -> None:
    added = (COUNTY, HOSPITAL, 1, 2, NOW, NOW + DAY, "a law")
    assert refusals(city, BasisAdded, 1, *added) == []
    assert city.state.bases == {1: Basis(*added)}
    assert refusals(city, BasisEnded, 1, NOW + 5) == []
    assert city.state.bases[1].valid_until == NOW + 5
    later = Refusal("BasisEndNotAllowed", (1, NOW + 5, NOW, NOW + 5))
    assert refusals(city, BasisEnded, 1, NOW + 5) == [later]


def test_a_parent_that_is_unknown_further_up_is_found(city: Ledger) -> None:
    city.state.organisations[SUBDISTRICT] = organisation.pack(parent=60, active=1)
    unknown = Refusal("OrganisationUnknown", (60,))
    assert refusals(city, OrganisationChanged, COMMUNITY, SUBDISTRICT, 1, True) == [unknown]
