"""A small city's records on a real chain, and a proof of each state that a slot can be in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import coincurve
import pytest

from ledger.chain.deployment import Deployment
from ledger.chain.proofs import AccountProof, prove
from ledger.domain.events import Contract
from ledger.domain.programmes import DAY, local_date
from ledger.domain.proofs.format import Proof
from ledger.domain.tags import Kind, certification_slot
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.keys import passphrase
from ledger.keys.file_vault import FileVault
from ledger.keys.signatures import address_of
from ledger.keys.vault import organisation_key
from ledger.relay.follower import Follower
from ledger.relay.submitter import Submitter
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentDecision, ConsentTuple
from ledger.services.references import SubjectRef
from tests.installation import NANQIAO, SUBDISTRICT, Installation, open_installation

CONSENT = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")
NEIGHBOURING = ConsentTuple(SUBDISTRICT, "health", "contact", "home-care")
OTHER_KEY = organisation_key(2)  # the subdistrict's
ATTACKER = coincurve.PrivateKey(keccak256(b"an attacker's key"))
GUARDIAN = ConsentDecision(grantor="guardian", incapacity="court's finding, seen")


@dataclass(frozen=True)
class Good:
    """A proof and what it shows. `parts` says which nodes show what, in the order of the file."""

    name: str
    meaning: str
    proof: Proof
    parts: dict[str, list[bytes]] = field(repr=False)


@dataclass
class Story:
    """The proofs, the pinned deployment, and what forging needs: keys and nodes of other slots."""

    deployment: Deployment
    good: dict[str, Good] = field(default_factory=dict)
    vault: FileVault | None = None


class Teller:
    """Records what the story needs."""

    def __init__(self, city: Installation) -> None:
        self.city = city
        self.story = Story(city.application.deployment)
        signers = city.application.governance.signers(city.operator)
        self.other_key = next(Address(one.address) for one in signers if one.organisation == SUBDISTRICT)

    def tell(self) -> Story:
        """All of it."""
        self._consents()
        self._certifications()
        self._distrusted()
        return self.story

    def _consents(self) -> None:
        city, consents, keep = self.city, self.city.application.consents, self.keep_consent
        keep("never-before-any-record", "never", city.enrol())
        crowd = [city.enrol() for _ in range(32)]
        until = int(city.clock()) + 30 * DAY
        given = [consents.give(city.worker, one, CONSENT, valid_until=until) for one in crowd]
        city.settle()
        for number in range(10):
            keep(f"given-{number}", "given", crowd[number])
        keep("given-shown-to-provider", "given", crowd[0], by_provider=True)
        for number in range(3):
            keep(f"never-neighbouring-tuple-{number}", "never", crowd[number], NEIGHBOURING)
        for number in range(4):
            keep(f"never-{number}", "never", city.enrol())
        with self._later(31 * DAY):
            for number in range(3):
                keep(f"expired-{number}", "expired", crowd[number])
        for number in range(20, 23):
            consents.withdraw(city.worker, given[number].consent_id)
        refusing = [city.enrol() for _ in range(3)]
        for one in refusing:
            consents.refuse(city.worker, one, CONSENT)
        city.settle()
        for number in range(3):
            keep(f"withdrawn-{number}", "withdrawn", crowd[20 + number])
            keep(f"refused-{number}", "refused", refusing[number])
        consents.give(city.worker, crowd[20], CONSENT, valid_until=until)
        guarded = city.enrol(columns={"监护人": "李强", "监护人关系": "子女"})
        by_person = consents.give(city.worker, guarded, CONSENT)
        city.settle()
        consents.withdraw(city.reviewer, by_person.consent_id, decision=GUARDIAN)
        city.settle()
        keep("given-again", "given", crowd[20])
        keep("withdrawn-by-guardian", "withdrawn", guarded)
        self.crowd = crowd

    def _certifications(self) -> None:
        city, keep = self.city, self.keep_certification
        keep("certification-never", "never", city.enrol())
        elders = [city.enrol() for _ in range(8)]
        self._act(Action.CERTIFY, *elders, method="visit")
        keep("certified", "certified", elders[0])
        with self._later(500 * DAY):
            keep("certification-expired", "expired", elders[0])
        for number, (action, meaning) in enumerate(
            [(Action.SUSPEND, "suspended"), (Action.REVOKE, "revoked"), (Action.CLOSE, "closed")], start=1
        ):
            self._act(action, elders[number], reviewer=True, reason="for the vectors")
            keep(f"certification-{meaning}", meaning, elders[number])
        self._act(
            Action.REPORT_DEATH,
            elders[4],
            elders[5],
            occurred_on=local_date(city.clock()) - timedelta(days=1),
        )
        keep("certification-death-reported", "death_reported", elders[4])
        city.reports(city.health, elders[5])
        self._act(Action.CONFIRM_DEATH, elders[5], reviewer=True, reason="for the vectors")
        keep("certification-deceased", "deceased", elders[5])

    def _distrusted(self) -> None:
        city, consents = self.city, self.city.application.consents
        since_then = [city.enrol() for _ in range(3)]
        time.sleep(1.1)  # so that the block's time is after every record so far
        since = int(time.time())
        consents.give(city.worker, since_then[0], CONSENT)
        consents.refuse(city.worker, since_then[1], CONSENT)
        city.settle()
        governance = city.application.governance
        (key,) = [one for one in governance.signers(city.operator) if one.organisation == NANQIAO]
        governance.distrust_signer(city.operator, Address(key.address), since=since)
        city.catch_up()
        self.keep_consent("given-before-its-key-was-distrusted", "given", self.crowd[3])
        self.keep_consent("refused-by-a-distrusted-key", "refused", since_then[1])
        self.keep_consent("given-by-a-distrusted-key", "unknown", since_then[0])

    @contextmanager
    def _later(self, seconds: int) -> Iterator[None]:
        """So many seconds later for the use cases, with the relay at rest, which knows the real time."""
        with pytest.MonkeyPatch.context() as patch, self.city.clock.ahead(seconds):
            patch.setattr(Submitter, "tick", lambda _: 1.0)
            patch.setattr(Follower, "tick", lambda _: False)
            time.sleep(0.2)  # a round that has begun comes to its end
            self.city.touch()
            yield
        self.city.touch()

    def _act(self, action: Action, *people: SubjectRef, reviewer: bool = False, **fields: Any) -> None:
        actor = self.city.reviewer if reviewer else self.city.worker
        for one in people:
            self.city.application.certify.submit_one(
                actor, CertificationRequest(subject=one, action=action, **fields)
            )
        self.city.settle()

    def keep_consent(
        self,
        name: str,
        meaning: str,
        subject: SubjectRef,
        terms: ConsentTuple = CONSENT,
        *,
        by_provider: bool = False,
    ) -> None:
        """Proves a consent to its consumer, or its provider."""
        city = self.city
        if by_provider:
            asked = city.application.decide.decide(
                city.reviewer, subject, consumer=terms.consumer, proof=True, **_tuple(terms)
            )
        else:
            handle = city.handle(city.health, subject)
            asked = city.application.decide.decide(
                city.health, SubjectRef(handle=handle), proof=True, **_tuple(terms)
            )
        self._keep(name, meaning, asked.proof)

    def keep_certification(self, name: str, meaning: str, subject: SubjectRef) -> None:
        """Proves a certification to an auditor."""
        lookup = self.city.application.lookup
        person = lookup.resolve(self.city.worker, subject.identity_number or "")
        self._keep(name, meaning, lookup.proven_verdict(self.city.auditor, person).proof)

    def _keep(self, name: str, meaning: str, proof: Proof | None) -> None:
        assert proof is not None, name  # noqa: S101 - a script's own expectation
        self.story.good[name] = Good(name, meaning, proof, self._parts(proof))

    def _parts(self, proof: Proof) -> dict[str, list[bytes]]:
        """The proof's nodes by what they show, asked of the node once more."""
        application = self.city.application
        pinned = application.deployment.pinned
        binding = proof.binding
        contract, key = Contract.CONSENTS, binding.tag
        if binding.kind is Kind.CERTIFICATION:
            contract, key = Contract.CERTIFICATIONS, certification_slot(binding.parts[0], binding.tag)
        (signer,) = [
            one for one in application.governance.signers(self.city.operator) if one.organisation == NANQIAO
        ]
        place = pinned.contracts[contract].storage_key("_slots", key)
        members = pinned.contracts[Contract.MEMBERS]
        others = [address_of(ATTACKER.public_key.format(compressed=False)), self.other_key]
        keys = [Address(signer.address), *others]
        places = [members.storage_key("_signers", addresses.to_bytes(key).rjust(32, b"\0")) for key in keys]
        _, found = prove(
            application.engine.rpc,
            proof.chain.head.hash,
            {pinned.contracts[contract].address: [place], members.address: places},
        )
        return _parts(proof, found[pinned.contracts[contract].address], found[members.address])


def _parts(proof: Proof, contract: AccountProof, members: AccountProof) -> dict[str, list[bytes]]:
    (slot,) = contract.slots.values()
    key, unknown, other = members.slots.values()
    kept = set(proof.chain.nodes)
    return {
        "3.1": list(contract.account),
        "4.3": list(slot),
        "4.6": [node for node in members.account if node in kept and node not in contract.account],
        "4.7": [node for node in key if node in kept],
        "unknown key": list(unknown),
        "other key": list(other),
    }


def _tuple(terms: ConsentTuple) -> dict[str, str]:
    return {"provider": terms.provider, "category": terms.category, "purpose": terms.purpose}


@contextmanager
def told(home: Path) -> Iterator[Story]:
    """The story, with the vault of the installation that it happened in."""
    with open_installation(home) as city:
        story = Teller(city).tell()
        settings = city.application.settings
    with FileVault(settings.vault_directory, passphrase.read_or_make(settings.passphrase_file)) as vault:
        story.vault = vault
        yield story
