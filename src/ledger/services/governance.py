"""Organisations and their signing keys: on chain first, then in the database, with the same outcome if
done again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.chain.governance import SignerInput
from ledger.domain.codes import Role as OrganisationRole
from ledger.encoding.types import Address, OrganisationId
from ledger.encoding.words import signer as signer_word
from ledger.errors import BadInput, Conflict, Forbidden, NotFound, Refused
from ledger.keys.vault import next_organisation_key
from ledger.relay.registers import Registers
from ledger.services.actors import Actor, Role
from ledger.services.context import Context
from ledger.services.founding.organisations import (
    KEY_DAYS,
    ChainRegister,
    NewOrganisation,
    keep_organisations,
    register_organisations,
)
from ledger.services.organisations import Directory, Organisation
from ledger.store import organisations as store

__all__ = ["Governance", "NewOrganisation", "OrganisationView", "SignerView"]

LONGEST_KEY_DAYS = 3650
_SOON = 60
"""Seconds from now at which a key ends that is to end at once."""


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


class Governance:
    """The use cases of organisations and signers."""

    def __init__(self, context: Context, registers: Registers, chain: ChainRegister) -> None:
        self._context = context
        self._registers = registers
        self._chain = chain

    def organisations(self, actor: Actor) -> list[OrganisationView]:
        """All of them, by id. Any authenticated actor."""
        if actor.kind == "system":
            raise Forbidden("role_required", needed=", ".join(Role))
        with self._context.database.read() as conn:
            directory = Directory(conn)
            return [_view(one, directory) for one in directory.by_id.values()]

    def add_organisation(self, actor: Actor, organisation: NewOrganisation) -> OrganisationView:
        """Registers it on chain with a signing key made in the vault. Operators only; again changes nothing.

        Raises BadInput `organisation_unknown` (the parent); Conflict `organisation_exists` when its
        number or code stands for something else; Refused `contract_refused`.
        """
        actor.require_role(Role.OPERATOR)
        now = self._context.now()
        with self._context.database.read() as conn:
            directory = Directory(conn)
            parents = _parents(directory, organisation)
            taken = directory.find(organisation.code)
            if taken is not None and taken.id != organisation.id:
                raise Conflict("organisation_exists", got=organisation.code, id=taken.id)
        register_organisations([organisation], parents, self._chain, now)
        with self._context.write() as conn:
            keep_organisations(conn, [organisation], parents, now)
            return _view_by_code(conn, organisation.code)

    def end_organisation(self, actor: Actor, code: str) -> OrganisationView:
        """Makes it inactive on chain, for good: its keys sign no more, its users and API keys open nothing.

        Operators only. Raises BadInput `organisation_unknown`; Refused `organisation_is_yours`.
        """
        actor.require_role(Role.OPERATOR)
        with self._context.database.read() as conn:
            organisation = Directory(conn).active(code)
        if organisation.id == actor.organisation:
            raise Refused("organisation_is_yours")
        self._chain.governance.change_organisation(
            organisation.id,
            parent=organisation.parent or 0,
            roles=int(organisation.roles),
            active=False,
        )
        with self._context.write() as conn:
            store.change(conn, organisation.id, ended_at=self._context.now())
            return _view_by_code(conn, code)

    def signers(self, actor: Actor) -> list[SignerView]:
        """All signing keys as the index has them. Operators and auditors."""
        actor.require_role(Role.OPERATOR, Role.AUDITOR)
        with self._context.database.read() as conn:
            directory = Directory(conn)
            signers = self._registers.present(conn).signers
        held = {self._context.vault.address(name) for name in self._context.vault.names()}
        return [
            _signer_view(address, word, directory, held_here=address in held)
            for address, word in signers.items()
        ]

    def add_signer(self, actor: Actor, organisation: str, *, days: int = KEY_DAYS) -> SignerView:
        """Makes another key in the vault and registers it, valid from now. Operators only.

        The newest valid key of an organisation signs; the one before goes on counting until it ends.
        Raises BadInput `organisation_unknown`, `days_out_of_range`; Refused `contract_refused`.
        """
        actor.require_role(Role.OPERATOR)
        if not 1 <= days <= LONGEST_KEY_DAYS:
            raise BadInput("days_out_of_range", got=days, expected=f"1-{LONGEST_KEY_DAYS}")
        with self._context.database.read() as conn:
            directory = Directory(conn)
            chosen = directory.active(organisation)
        vault, now = self._context.vault, self._context.now()
        address = vault.create_signing_key(next_organisation_key(vault, chosen.id))
        until = now + days * 86_400
        self._chain.governance.add_signers([SignerInput(chosen.id, address, now, until)])
        return self._signer(address, directory)

    def end_signer(self, actor: Actor, address: Address, *, at: int | None = None) -> SignerView:
        """Shortens a key's window to `at` (unix seconds; as soon as the chain allows by default).
        Operators only.

        Raises NotFound `signer_unknown`; Refused `contract_refused`.
        """
        actor.require_role(Role.OPERATOR)
        directory = self._known(address)
        # A key ends no earlier than the block that says so, whose time is not known yet.
        self._chain.governance.end_signer(address, at or self._context.now() + _SOON)
        return self._signer(address, directory)

    def distrust_signer(self, actor: Actor, address: Address, *, since: int) -> SignerView:
        """Says that what the key signed since `since` (unix seconds) can't be relied on. Operators only.

        Raises NotFound `signer_unknown`; Refused `contract_refused`.
        """
        actor.require_role(Role.OPERATOR)
        directory = self._known(address)
        self._chain.governance.distrust_signer(address, since)
        return self._signer(address, directory)

    def _known(self, address: Address) -> Directory:
        if self._chain.views().signer_words([address])[0] == 0:
            raise NotFound("signer_unknown", got=address)
        with self._context.database.read() as conn:
            return Directory(conn)

    def _signer(self, address: Address, directory: Directory) -> SignerView:
        word = self._chain.views().signer_words([address])[0]
        held = {self._context.vault.address(name) for name in self._context.vault.names()}
        return _signer_view(address, word, directory, held_here=address in held)


def _view(organisation: Organisation, directory: Directory) -> OrganisationView:
    return OrganisationView(
        id=organisation.id,
        code=organisation.code,
        name=organisation.name,
        kind=organisation.kind,
        parent=directory.code(organisation.parent) if organisation.parent else None,
        roles=tuple(role.name for role in OrganisationRole if role in organisation.roles and role.name),
        seamless_pilot=organisation.seamless_pilot,
        ended_at=organisation.ended_at,
    )


def _view_by_code(conn: Connection, code: str) -> OrganisationView:
    directory = Directory(conn)
    found = directory.find(code)
    if found is None:
        raise NotFound("organisation_unknown", got=code)
    return _view(found, directory)


def _signer_view(address: Address, word: int, directory: Directory, *, held_here: bool) -> SignerView:
    return SignerView(
        address=address,
        organisation=directory.code(signer_word.organisation(word)),
        valid_from=signer_word.valid_from(word),
        valid_until=signer_word.valid_until(word),
        distrusted_since=signer_word.distrusted_since(word),
        held_here=held_here,
    )


def _parents(directory: Directory, organisation: NewOrganisation) -> dict[str, int]:
    if organisation.parent is None:
        return {}
    return {organisation.parent: directory.active(organisation.parent).id}
