"""Who may sign: each error of `ISigned`, and the order of them."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.rules import Authority, Refusal, check_authority
from ledger.encoding.words import organisation, signer
from tests.samples import COMMUNITY, NOW, SUBDISTRICT, address, authority, hierarchy

KEY = address(COMMUNITY)
GOOD = authority(COMMUNITY)


def with_key(**fields: int) -> Authority:
    return replace(GOOD, signer_word=signer.replace(GOOD.signer_word, **fields))  # type: ignore[arg-type]


def test_a_key_in_its_window_signs_for_its_organisation() -> None:
    assert check_authority(GOOD, NOW) is None
    assert GOOD.organisation == COMMUNITY


def test_a_key_that_nobody_registered_signs_nothing() -> None:
    assert check_authority(Authority(KEY, 0), NOW) == Refusal("SignerUnknown", (KEY,))


def test_a_key_signs_from_the_start_of_its_window_to_just_before_the_end() -> None:
    assert check_authority(with_key(valid_from=NOW), NOW) is None
    assert check_authority(with_key(valid_until=NOW + 1), NOW) is None
    early = check_authority(with_key(valid_from=NOW + 1, valid_until=NOW + 2), NOW)
    assert early == Refusal("SignerNotActive", (KEY, NOW, NOW + 1, NOW + 2))
    late = check_authority(with_key(valid_from=1, valid_until=NOW), NOW)
    assert late == Refusal("SignerNotActive", (KEY, NOW, 1, NOW))


def test_a_distrusted_key_signs_nothing_whatever_the_time() -> None:
    assert check_authority(with_key(distrusted_since=5), 1) == Refusal("SignerDistrusted", (KEY, 5))


def test_an_inactive_organisations_key_signs_nothing() -> None:
    assert check_authority(with_key(active=0), NOW) == Refusal("OrganisationInactive", (COMMUNITY,))


def test_the_key_is_judged_before_its_organisation() -> None:
    assert check_authority(with_key(distrusted_since=5, active=0), NOW) == Refusal(
        "SignerDistrusted", (KEY, 5)
    )


def test_the_hierarchy_is_seen_four_levels_up() -> None:
    chain = {id_: organisation.pack(parent=id_ - 1, active=1) for id_ in range(1, 8)}
    city = replace(hierarchy(), words=chain)
    assert city.is_within(5, 1)
    assert not city.is_within(6, 1)
    assert city.is_within(3, 3)
    assert not city.is_within(1, 2)
    assert not city.is_within(0, 0)
    assert hierarchy().is_within(COMMUNITY, SUBDISTRICT)
