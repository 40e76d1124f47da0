"""What the public registers' events make of the state."""

from __future__ import annotations

from dataclasses import replace

from ledger.domain.events import (
    BasisAdded,
    BasisEnded,
    EnforcerSet,
    GovernanceTransferred,
    OrganisationAdded,
    OrganisationAdminChanged,
    OrganisationChanged,
    ProgrammeSet,
    SignerAdded,
    SignerDistrusted,
    SignerEnded,
)
from ledger.domain.rules import Refusal, registers
from ledger.domain.state import Basis, LedgerState
from ledger.encoding.types import Address
from ledger.encoding.words import organisation, programme, signer

MembersEvent = (
    OrganisationAdded
    | OrganisationChanged
    | OrganisationAdminChanged
    | SignerAdded
    | SignerEnded
    | SignerDistrusted
    | GovernanceTransferred
)
# A log that isn't the contract's own can hold more than a word's field. It is refused, but stops no replay.
ID_BITS = organisation.LAYOUT.mask("parent")
SEAMLESS_LIMIT_BITS = registers.SEAMLESS_LIMIT_HIGHEST

PoliciesEvent = ProgrammeSet | EnforcerSet | BasisAdded | BasisEnded


def apply_to_members(state: LedgerState, event: MembersEvent) -> Refusal | None:
    """Take in an event of `Members`; says what its rules would have refused."""
    organisations, signers = state.organisations, state.signers
    match event:
        case OrganisationAdded():
            refusal = registers.check_organisation_added(event, organisations)
            organisations[event.organisation] = organisation.pack(
                parent=event.parent & ID_BITS, roles=event.roles, active=1, admin=_as_number(event.admin)
            )
        case OrganisationChanged():
            refusal = registers.check_organisation_changed(event, organisations)
            organisations[event.organisation] = organisation.replace(
                organisations.get(event.organisation, 0),
                parent=event.parent & ID_BITS,
                roles=event.roles,
                active=event.active,
            )
            for key, word in signers.items():
                if signer.organisation(word) == event.organisation & ID_BITS:
                    signers[key] = signer.replace(word, roles=event.roles, active=event.active)
        case OrganisationAdminChanged():
            refusal = registers.check_admin_changed(event, organisations)
            organisations[event.organisation] = organisation.replace(
                organisations.get(event.organisation, 0), admin=_as_number(event.admin)
            )
        case SignerAdded():
            refusal = registers.check_signer_added(event, organisations, signers)
            owner = organisations.get(event.organisation, 0)
            signers[event.signer] = signer.pack(
                organisation=event.organisation & ID_BITS,
                valid_from=event.valid_from,
                valid_until=event.valid_until,
                roles=organisation.roles(owner),
                active=organisation.active(owner),
            )
        case SignerEnded():
            refusal = registers.check_signer_ended(event, signers)
            signers[event.signer] = signer.replace(
                signers.get(event.signer, 0), valid_until=event.valid_until
            )
        case SignerDistrusted():
            refusal = registers.check_signer_distrusted(event, signers)
            signers[event.signer] = signer.replace(signers.get(event.signer, 0), distrusted_since=event.since)
        case GovernanceTransferred():
            refusal = (
                None
                if event.previous_owner == state.owner
                else Refusal("PreviousOwnerMismatch", (event.previous_owner, state.owner))
            )
            state.owner = event.new_owner
    return refusal


def apply_to_policies(state: LedgerState, event: PoliciesEvent) -> Refusal | None:
    """Take in an event of `Policies`; says what its rules would have refused."""
    match event:
        case ProgrammeSet():
            refusal = registers.check_programme_set(event, state.programmes)
            state.programmes[event.programme] = programme.pack(
                active=event.active,
                seamless_limit=event.seamless_limit & SEAMLESS_LIMIT_BITS,
                version=event.version,
                longest_senior=event.longest_senior,
                longest_seamless=event.longest_seamless,
            )
            state.rules_hashes[event.programme] = event.rules_hash
        case EnforcerSet():
            refusal = None
            state.enforcer = event.enforcer
        case BasisAdded():
            refusal = registers.check_basis_added(event, state.organisations)
            if refusal is None and event.basis != len(state.bases) + 1:
                refusal = Refusal("BasisNotNext", (event.basis, len(state.bases) + 1))
            state.bases[event.basis] = Basis(
                event.provider,
                event.consumer,
                event.category,
                event.purpose,
                event.valid_from,
                event.valid_until,
                event.legal_reference,
            )
        case BasisEnded():
            present = state.bases.get(event.basis)
            refusal = registers.check_basis_ended(event, present.valid_until if present else None)
            if present:
                state.bases[event.basis] = replace(present, valid_until=event.valid_until)
    return refusal


def _as_number(address: Address) -> int:
    return int(address, 16)
