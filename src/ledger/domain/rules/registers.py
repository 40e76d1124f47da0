"""What `Members` and `Policies` refuse, but for their callers' rights: who called isn't in their logs."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.domain.events import (
    BasisAdded,
    BasisEnded,
    OrganisationAdded,
    OrganisationAdminChanged,
    OrganisationChanged,
    ProgrammeSet,
    SignerAdded,
    SignerDistrusted,
    SignerEnded,
)
from ledger.domain.hierarchy import MAX_LEVELS
from ledger.domain.rules.refusal import Refusal
from ledger.encoding.types import Address
from ledger.encoding.words import organisation, programme, signer

ID_LIMIT = 1 << 20
MOST_KEYS = 256
SEAMLESS_LIMIT_HIGHEST = 31
ZERO_ADDRESS = Address("0x" + "0" * 40)


def check_organisation_added(event: OrganisationAdded, organisations: Mapping[int, int]) -> Refusal | None:
    """A new id in range, an admin, and a place in the hierarchy."""
    if not 0 < event.organisation < ID_LIMIT:
        return Refusal("OrganisationIdInvalid", (event.organisation,))
    if event.organisation in organisations:
        return Refusal("OrganisationExists", (event.organisation,))
    if event.admin == ZERO_ADDRESS:
        return Refusal("AdminInvalid", (event.admin,))
    return _check_parent(event.organisation, event.parent, organisations)


def check_organisation_changed(
    event: OrganisationChanged, organisations: Mapping[int, int]
) -> Refusal | None:
    """A known organisation and a place in the hierarchy."""
    return _check_known(event.organisation, organisations) or _check_parent(
        event.organisation, event.parent, organisations
    )


def check_admin_changed(event: OrganisationAdminChanged, organisations: Mapping[int, int]) -> Refusal | None:
    """A known organisation and an admin."""
    if refusal := _check_known(event.organisation, organisations):
        return refusal
    return Refusal("AdminInvalid", (event.admin,)) if event.admin == ZERO_ADDRESS else None


def check_signer_added(
    event: SignerAdded, organisations: Mapping[int, int], signers: Mapping[Address, int]
) -> Refusal | None:
    """A known organisation, an address never registered before, a window that isn't empty."""
    if refusal := _check_known(event.organisation, organisations):
        return refusal
    if event.signer == ZERO_ADDRESS:
        return Refusal("SignerInvalid", (event.signer,))
    if event.signer in signers:
        return Refusal("SignerExists", (event.signer, signer.organisation(signers[event.signer])))
    if event.valid_from >= event.valid_until:
        return Refusal("SignerWindowMalformed", (event.signer, event.valid_from, event.valid_until))
    owned = sum(signer.organisation(word) == event.organisation for word in signers.values())
    if owned >= MOST_KEYS:
        return Refusal("TooManySigners", (event.organisation, MOST_KEYS))
    return None


def check_signer_ended(event: SignerEnded, signers: Mapping[Address, int]) -> Refusal | None:
    """A known key whose window gets shorter, and not into the past."""
    word = signers.get(event.signer)
    if word is None:
        return Refusal("SignerNotRegistered", (event.signer,))
    now, latest = event.position.block_time, signer.valid_until(word)
    if not now <= event.valid_until < latest:
        return Refusal("SignerEndNotAllowed", (event.signer, event.valid_until, now, latest))
    return None


def check_signer_distrusted(event: SignerDistrusted, signers: Mapping[Address, int]) -> Refusal | None:
    """A known key, distrusted from a past moment and never later than before."""
    word = signers.get(event.signer)
    if word is None:
        return Refusal("SignerNotRegistered", (event.signer,))
    present = signer.distrusted_since(word)
    latest = present - 1 if present else event.position.block_time
    if not 0 < event.since <= latest:
        return Refusal("DistrustNotAllowed", (event.signer, event.since, latest))
    return None


def check_programme_set(event: ProgrammeSet, programmes: Mapping[int, int]) -> Refusal | None:
    """The next version of a programme."""
    if event.programme == 0:
        return Refusal("ProgrammeInvalid", (event.programme,))
    expected = programme.version(programmes.get(event.programme, 0)) + 1
    if event.version != expected:
        return Refusal("VersionNotNext", (event.programme, event.version, expected))
    if event.seamless_limit > SEAMLESS_LIMIT_HIGHEST:
        return Refusal("SeamlessLimitTooHigh", (event.seamless_limit, SEAMLESS_LIMIT_HIGHEST))
    return None


def check_basis_added(event: BasisAdded, organisations: Mapping[int, int]) -> Refusal | None:
    """Known organisations and a window that isn't empty."""
    if refusal := (
        _check_known(event.provider, organisations) or _check_known(event.consumer, organisations)
    ):
        return refusal
    if event.valid_from >= event.valid_until:
        return Refusal("BasisWindowMalformed", (event.valid_from, event.valid_until))
    return None


def check_basis_ended(event: BasisEnded, present_end: int | None) -> Refusal | None:
    """A known basis, whose present end is given, that ends earlier and not in the past."""
    if present_end is None:
        return Refusal("BasisUnknown", (event.basis,))
    now = event.position.block_time
    if not now <= event.valid_until < present_end:
        return Refusal("BasisEndNotAllowed", (event.basis, event.valid_until, now, present_end))
    return None


def _check_known(organisation_id: int, organisations: Mapping[int, int]) -> Refusal | None:
    return None if organisation_id in organisations else Refusal("OrganisationUnknown", (organisation_id,))


def _check_parent(organisation_id: int, parent: int, organisations: Mapping[int, int]) -> Refusal | None:
    """Neither a ring nor more than four levels above the organisation."""
    current, level = parent, 1
    while current:
        if level > MAX_LEVELS or current == organisation_id:
            return Refusal("ParentNotAllowed", (organisation_id, parent))
        if refusal := _check_known(current, organisations):
            return refusal
        current, level = organisation.parent(organisations[current]), level + 1
    return None
