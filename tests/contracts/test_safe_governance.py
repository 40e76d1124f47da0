"""Governance by a Safe of three member departments, of which two must agree, on a real chain."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.chain.abi import function
from ledger.chain.bindings import calls
from ledger.chain.bindings.calls import SignedCertifications
from ledger.chain.blocks import block_of_hash, head
from ledger.chain.governance import Governance, OrganisationInput, SignerInput
from ledger.chain.logs import events_of_block
from ledger.chain.sender import Sender
from ledger.chain.simulation import simulate
from ledger.chain.views import Views
from ledger.domain.changes import Certify, apply_certification
from ledger.domain.codes import Method, Role, Scheme
from ledger.domain.events import Contract, GovernanceTransferred, OrganisationAdded
from ledger.encoding import eip712, entries
from ledger.encoding.types import Address, OrganisationId, RecordHash, Tag, Timestamp, Word
from ledger.encoding.words import organisation as organisation_word
from ledger.errors import Refused
from ledger.keys.vault import GOVERNANCE, RELAYER, organisation_key
from tests.chain import COMMUNITY, COUNTY, PROGRAMME, DeployedChain
from tests.contracts.safe import SENTINEL, Safe
from tests.contracts.safe import function as function_of_safe

CIVIL_AFFAIRS, HEALTH, INSURANCE = MEMBERS = ("civil-affairs", "health", "insurance")
STRANGER = "stranger"
NEW = 77


@dataclass(frozen=True)
class Members:
    """The contracts, owned by the members' Safe. `by` are the names of those who sign."""

    deployed: DeployedChain
    safe: Safe

    def decide(self, by: tuple[str, ...], contract: Contract, name: str, *arguments: Any) -> Any:
        """Has the Safe call one of the contracts; the events that this made."""
        to = self.deployed.deployment.addresses[contract]
        return self.execute(by, to, function(contract, name).call(*arguments))

    def execute(self, by: tuple[str, ...], to: Address, data: bytes) -> Any:
        return self.send(to, data, self.safe.sign(self.deployed.vault, by, to, data))

    def send(self, to: Address, data: bytes, signatures: bytes) -> Any:
        """As whoever may send transactions, with no right of their own."""
        receipt = self.safe.execute(self.sender(RELAYER), to, data, signatures)
        rpc = self.deployed.engine.rpc
        block = block_of_hash(rpc, receipt.block_hash)
        assert block is not None
        return events_of_block(rpc, self.deployed.deployment.addresses, block)

    def sender(self, name: str) -> Sender:
        return Sender(self.deployed.engine, self.deployed.vault, name)

    def alone(self, name: str) -> Governance:
        """Somebody who calls the contracts directly."""
        return Governance(self.sender(name), self.deployed.deployment.addresses)

    @property
    def views(self) -> Views:
        rpc = self.deployed.engine.rpc
        return Views(rpc, self.deployed.deployment.addresses, head(rpc).hash)


@pytest.fixture
def members(deployed: DeployedChain) -> Members:
    """The Safe governs: the first owner offered it the ownership, and two members accepted."""
    vault = deployed.vault
    owners = [vault.create_signing_key(name) for name in MEMBERS]
    vault.create_signing_key(STRANGER)
    founder = Sender(deployed.engine, vault, GOVERNANCE)
    made = Members(deployed, Safe.create(founder, owners, 2))
    address = deployed.deployment.addresses[Contract.MEMBERS]
    founder.send(address, function(Contract.MEMBERS, "transferOwnership").call(made.safe.address))
    assert made.views.owner() == founder.address  # offered, not yet accepted
    (event,) = made.decide((CIVIL_AFFAIRS, HEALTH), Contract.MEMBERS, "acceptOwnership")
    assert isinstance(event, GovernanceTransferred)
    assert (event.previous_owner, event.new_owner) == (founder.address, made.safe.address)
    return made


def new_organisation(members: Members, number: int = NEW) -> tuple[Any, ...]:
    """The arguments of `addOrganisation`."""
    admin = members.deployed.vault.address(CIVIL_AFFAIRS)
    return number, COUNTY, int(Role.CERTIFIER), admin, "第十社区"


def test_the_safe_owns_members_and_so_governs_policies(members: Members) -> None:
    assert members.views.owner() == members.safe.address
    assert members.safe.view("getThreshold") == 2
    terms = (PROGRAMME, 2, False, 0, 0, 0, bytes(32))
    with pytest.raises(Refused, match="NotGovernance"):
        members.deployed.governance.set_programme(
            PROGRAMME,
            version=2,
            active=False,
            seamless_limit=0,
            longest_senior=0,
            longest_seamless=0,
            rules_hash=bytes(32),
        )
    members.decide((HEALTH, INSURANCE), Contract.POLICIES, "setProgramme", *terms)
    assert members.views.programme(PROGRAMME)[0] == 2 << 32


def test_any_two_members_add_an_organisation(members: Members) -> None:
    choices = ((CIVIL_AFFAIRS, HEALTH), (CIVIL_AFFAIRS, INSURANCE), (HEALTH, INSURANCE), MEMBERS)
    for number, by in enumerate(choices, start=NEW):
        (event,) = members.decide(by, Contract.MEMBERS, "addOrganisation", *new_organisation(members, number))
        assert isinstance(event, OrganisationAdded)
        assert (event.organisation, event.parent, event.name) == (number, COUNTY, "第十社区")
        (word,) = members.views.organisation_words([number])
        assert organisation_word.roles(word) == Role.CERTIFIER


def test_one_member_alone_can_do_nothing(members: Members) -> None:
    before, vault = members.views.heads(), members.deployed.vault
    for by, error in (
        ((), "GS020"),
        ((CIVIL_AFFAIRS,), "GS020"),
        ((CIVIL_AFFAIRS, CIVIL_AFFAIRS), "GS026"),
        ((CIVIL_AFFAIRS, STRANGER), "GS026"),
        ((CIVIL_AFFAIRS, GOVERNANCE), "GS026"),
    ):
        with pytest.raises(Refused, match=error):
            members.decide(by, Contract.MEMBERS, "addOrganisation", *new_organisation(members))
    alone = members.alone(CIVIL_AFFAIRS)
    with pytest.raises(Refused, match="OwnableUnauthorizedAccount"):
        alone.add_organisations([OrganisationInput(*new_organisation(members))])
    with pytest.raises(Refused, match="NotAdmin"):
        alone.distrust_signer(vault.address(organisation_key(COMMUNITY)), int(time.time()) - 60)
    with pytest.raises(Refused, match="NotAdmin"):
        alone.set_admin(COMMUNITY, vault.address(CIVIL_AFFAIRS))
    assert members.views.heads() == before


def test_signatures_count_for_one_call_once(members: Members) -> None:
    vault, addresses = members.deployed.vault, members.deployed.deployment.addresses
    to = addresses[Contract.MEMBERS]
    data = function(Contract.MEMBERS, "addOrganisation").call(*new_organisation(members))
    signatures = members.safe.sign(vault, (CIVIL_AFFAIRS, HEALTH), to, data)
    other = function(Contract.MEMBERS, "setAdmin").call(COMMUNITY, vault.address(CIVIL_AFFAIRS))
    with pytest.raises(Refused, match="GS026"):
        members.send(to, other, signatures)
    members.send(to, data, signatures)
    with pytest.raises(Refused, match="GS026"):
        members.send(to, data, signatures)


def test_what_members_sign_is_what_the_safe_checks(members: Members) -> None:
    to, data = members.safe.address, b"any call"
    nobody = "0x" + "0" * 40
    asked = members.safe.view(
        "getTransactionHash", to, 0, data, 0, 0, 0, 0, nobody, nobody, members.safe.view("nonce")
    )
    assert members.safe.digest(to, data) == asked


def test_the_contracts_reason_comes_through_the_safe(members: Members) -> None:
    taken = (COMMUNITY, *new_organisation(members)[1:])
    with pytest.raises(Refused, match=rf"OrganisationExists\(id={COMMUNITY}\)"):
        members.decide((CIVIL_AFFAIRS, HEALTH), Contract.MEMBERS, "addOrganisation", *taken)


def test_the_founder_governs_no_more_but_keeps_what_it_administers(members: Members) -> None:
    founder = members.deployed.governance
    with pytest.raises(Refused, match="OwnableUnauthorizedAccount"):
        founder.add_organisations([OrganisationInput(*new_organisation(members))])
    now = int(time.time())
    founder.add_signers([SignerInput(COMMUNITY, members.deployed.vault.address(STRANGER), now, now + 60)])


def test_a_lost_admin_key_is_replaced(members: Members) -> None:
    """Nobody has the old key: the organisation could not change its keys any more, nor stop a stolen one."""
    vault, now = members.deployed.vault, int(time.time())
    admin = vault.create_signing_key("new-admin")
    members.decide((HEALTH, INSURANCE), Contract.MEMBERS, "setAdmin", COMMUNITY, admin)
    (word,) = members.views.organisation_words([COMMUNITY])
    assert organisation_word.admin(word) == int(admin, 16)
    new_key = SignerInput(COMMUNITY, vault.address(STRANGER), now - 60, now + 3600)
    with pytest.raises(Refused, match="NotAdmin"):
        members.deployed.governance.add_signers([new_key])
    members.alone("new-admin").add_signers([new_key])
    members.alone("new-admin").end_signer(vault.address(organisation_key(COMMUNITY)), now + 3600)


def test_members_distrust_a_signer_and_its_batches_are_refused(members: Members) -> None:
    deployed, now = members.deployed, int(time.time())
    change = Certify(Scheme.SENIOR, Method.VISIT, Timestamp(now - 3600), Timestamp(now + 86_400))
    word = apply_certification(Word(0), change, OrganisationId(COMMUNITY))
    packed = entries.pack([(Tag(bytes(32)), word, RecordHash(bytes(32)))])
    domain = deployed.deployment.domains[Contract.CERTIFICATIONS]
    digest = eip712.certification_batch_digest(domain, PROGRAMME, Scheme.SENIOR, now + 3600, packed)
    signature = deployed.vault.sign_digest(organisation_key(COMMUNITY), digest)
    batch = SignedCertifications(PROGRAMME, Scheme.SENIOR, now + 3600, packed, signature)
    to = deployed.deployment.addresses[Contract.CERTIFICATIONS]
    record = [calls.record_certification_batch(batch)]
    assert simulate(deployed.engine.rpc, to, record, at_time=now + 1) == [None]
    signer = deployed.vault.address(organisation_key(COMMUNITY))
    members.decide((CIVIL_AFFAIRS, INSURANCE), Contract.MEMBERS, "distrustSigner", signer, now - 60)
    (error,) = simulate(deployed.engine.rpc, to, record, at_time=now + 1)
    assert str(error) == f"SignerDistrusted(signer={signer}, since={now - 60})"


def test_a_lost_member_key_is_replaced_by_the_others(members: Members) -> None:
    vault = members.deployed.vault
    replacement = vault.create_signing_key("health-new")
    owners = members.safe.view("getOwners")
    lost = vault.address(HEALTH)
    place = [owner.lower() for owner in owners].index(lost.lower())
    before = owners[place - 1] if place else SENTINEL
    swap = function_of_safe("Safe", "swapOwner").call(before, lost, replacement)
    with pytest.raises(Refused, match="GS020"):
        members.execute((CIVIL_AFFAIRS,), members.safe.address, swap)
    members.execute((CIVIL_AFFAIRS, INSURANCE), members.safe.address, swap)
    wanted = (Contract.MEMBERS, "addOrganisation", *new_organisation(members))
    with pytest.raises(Refused, match="GS026"):
        members.decide((CIVIL_AFFAIRS, HEALTH), *wanted)
    members.decide((CIVIL_AFFAIRS, "health-new"), *wanted)
