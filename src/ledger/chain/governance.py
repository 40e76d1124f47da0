"""What whoever governs does: organisations, signing keys, programmes, statutory bases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from ledger.chain.abi import function
from ledger.chain.blocks import block_of_hash
from ledger.chain.logs import events_of_block
from ledger.chain.sender import Sender
from ledger.domain.events import BasisAdded, Contract, CountedEvent, Event
from ledger.encoding.types import Address
from ledger.errors import CannotKnow

_BULK = 50
"""Organisations or keys in one transaction: about 6 million gas."""


@dataclass(frozen=True, slots=True)
class OrganisationInput:
    """An organisation to register, in the contract's order. `roles` are bits; `parent` 0 for none.

    `admin` may rotate the organisation's keys, besides who governs.
    """

    id: int
    parent: int
    roles: int
    admin: Address
    name: str


@dataclass(frozen=True, slots=True)
class SignerInput:
    """A signing key to register for [valid_from, valid_until), unix seconds."""

    organisation: int
    signer: Address
    valid_from: int
    valid_until: int


class Governance:
    """Sends governance's transactions from `sender`, whose key owns `Members` or administers an organisation.

    Every method waits until its transaction is in a block and returns the events that it made. Raises what
    `Sender.send` does: Refused `contract_refused` names the contract's error.
    """

    def __init__(self, sender: Sender, contracts: Mapping[Contract, Address]) -> None:
        self._sender = sender
        self._contracts = contracts

    def add_organisations(self, organisations: Sequence[OrganisationInput]) -> list[Event]:
        """Registers organisations, parents before their children. Each transaction takes 50, all or none."""
        return self._bulk("addOrganisations", organisations)

    def change_organisation(self, organisation: int, *, parent: int, roles: int, active: bool) -> list[Event]:
        """Sets an organisation's place, roles and whether it is active."""
        return self._send(Contract.MEMBERS, "changeOrganisation", organisation, parent, roles, active)

    def set_admin(self, organisation: int, admin: Address) -> list[Event]:
        """Makes another address administer an organisation's keys."""
        return self._send(Contract.MEMBERS, "setAdmin", organisation, admin)

    def add_signers(self, signers: Sequence[SignerInput]) -> list[Event]:
        """Registers signing keys, never registered before. Each transaction takes 50, all or none."""
        return self._bulk("addSigners", signers)

    def end_signer(self, signer: Address, valid_until: int) -> list[Event]:
        """Ends a key's validity earlier, not before now."""
        return self._send(Contract.MEMBERS, "endSigner", signer, valid_until)

    def distrust_signer(self, signer: Address, since: int) -> list[Event]:
        """Withdraws belief in everything a key signed since a past moment."""
        return self._send(Contract.MEMBERS, "distrustSigner", signer, since)

    def set_programme(
        self,
        programme: int,
        *,
        version: int,
        active: bool,
        seamless_limit: int,
        longest_senior: int,
        longest_seamless: int,
        rules_hash: bytes,
    ) -> list[Event]:
        """Sets a programme; `version` is one more than the present one. Longest validities in seconds."""
        return self._send(
            Contract.POLICIES,
            "setProgramme",
            programme,
            version,
            active,
            seamless_limit,
            longest_senior,
            longest_seamless,
            rules_hash,
        )

    def set_enforcer(self) -> list[Event]:
        """Has `Policies` tell this deployment's `Certifications` of every programme that is set."""
        return self._send(Contract.POLICIES, "setEnforcer", self._contracts[Contract.CERTIFICATIONS])

    def add_basis(
        self,
        *,
        provider: int,
        consumer: int,
        category: int,
        purpose: int,
        valid_from: int,
        valid_until: int,
        legal_reference: str,
    ) -> int:
        """Registers a statutory basis for sharing; its number."""
        events = self._send(
            Contract.POLICIES,
            "addBasis",
            provider,
            consumer,
            category,
            purpose,
            valid_from,
            valid_until,
            legal_reference,
        )
        (added,) = (event for event in events if isinstance(event, BasisAdded))
        return added.basis

    def end_basis(self, basis: int, valid_until: int) -> list[Event]:
        """Ends a statutory basis earlier, not before now."""
        return self._send(Contract.POLICIES, "endBasis", basis, valid_until)

    def _bulk(self, name: str, inputs: Sequence[OrganisationInput] | Sequence[SignerInput]) -> list[Event]:
        return [
            event
            for start in range(0, len(inputs), _BULK)
            for event in self._send(
                Contract.MEMBERS, name, [astuple(i) for i in inputs[start : start + _BULK]]
            )
        ]

    def _send(self, contract: Contract, name: str, *arguments: Any) -> list[Event]:
        data = function(contract, name).call(*arguments)
        receipt = self._sender.send(self._contracts[contract], data)
        rpc = self._sender.engine.rpc
        block = block_of_hash(rpc, receipt.block_hash)
        if block is None:
            raise CannotKnow("block_gone", block="0x" + receipt.block_hash.hex())
        return [
            event
            for event in events_of_block(rpc, self._contracts, block)
            if event.position.transaction_hash == receipt.transaction_hash and isinstance(event, CountedEvent)
        ]
