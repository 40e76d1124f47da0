"""Organisations and their signing keys: on chain first, then in the database; doing it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.encoding.types import Address, OrganisationId
from ledger.services.actors import Actor


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An organisation as the chain and the database know it."""

    id: OrganisationId
    code: str
    name: str
    kind: str
    """county, subdistrict, community, department, engine or auditor"""
    parent: str | None
    """Code of the organisation above."""
    roles: tuple[str, ...]
    """Names of the role bits: CERTIFIER, REVIEWER, REPORTER, ENGINE, RECORDER, AUDITOR."""
    seamless_pilot: bool
    ended_at: int | None


@dataclass(frozen=True, slots=True)
class SignerView:
    """A signing key on chain. Times are unix seconds; `distrusted_since` 0 means trusted."""

    address: Address
    organisation: str
    valid_from: int
    valid_until: int
    distrusted_since: int
    held_here: bool
    """Whether this installation's vault holds the key."""


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What an operator says about an organisation to add."""

    id: OrganisationId
    code: str
    name: str
    kind: str
    parent: str | None
    roles: tuple[str, ...]
    seamless_pilot: bool = False


class Governance:
    """The use cases of organisations and signers."""

    def organisations(self, actor: Actor) -> list[OrganisationView]:
        """All of them, by id. Any authenticated actor."""
        raise NotImplementedError

    def add_organisation(self, actor: Actor, organisation: NewOrganisation) -> OrganisationView:
        """Registers it on chain with a signing key made in the vault. Operators only.

        Raises BadInput `bad_organisation_id`, `bad_organisation_code`, `unknown_organisation` (the parent), `unknown_role`,
        `unknown_organisation_kind`; Conflict `organisation_exists` when id or code stand for something else.
        """
        raise NotImplementedError

    def end_organisation(self, actor: Actor, code: str) -> OrganisationView:
        """Makes it inactive on chain: its keys sign no more. Operators only."""
        raise NotImplementedError

    def signers(self, actor: Actor) -> list[SignerView]:
        """All signing keys. Operators and auditors."""
        raise NotImplementedError

    def add_signer(self, actor: Actor, organisation: str, *, days: int = 730) -> SignerView:
        """Makes a new key in the vault and registers it, then ends the one it replaces. Operators only."""
        raise NotImplementedError

    def end_signer(self, actor: Actor, address: Address, *, at: int | None = None) -> SignerView:
        """Shortens a key's window to `at` (now by default). Operators only. Raises NotFound `unknown_signer`."""
        raise NotImplementedError

    def distrust_signer(self, actor: Actor, address: Address, *, since: int) -> SignerView:
        """Says that what the key signed since `since` can't be relied on. Operators only."""
        raise NotImplementedError
