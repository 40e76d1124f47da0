"""A ledger with something of everything in it, for replays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from ledger.audit import states
from ledger.audit.node import Node
from ledger.audit.progress import Start
from ledger.audit.replay import Replay, replay
from ledger.audit.result import Result
from ledger.chain.bindings.calls import anchor
from ledger.chain.embedded.chain import EmbeddedChain
from ledger.chain.rpc import Rpc
from ledger.chain.sender import Sender
from ledger.cli.bench.recorder import Change, Recorder, tags
from ledger.domain import next_words
from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Method, Scheme, Status, Stream
from ledger.domain.events import Contract
from ledger.encoding import eip712
from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Address, Tag
from ledger.keys.file_vault import FileVault
from ledger.keys.vault import GOVERNANCE, OPERATOR, RELAYER, organisation_key
from tests.chain import (
    COMMUNITY,
    COUNTY,
    DEPARTMENT,
    NEIGHBOUR,
    PROGRAMME,
    SUBDISTRICT,
    DeployedChain,
    deploy_city,
)

DAY = 86_400
ELDERS = tags("elder", 12)
CONSENTS = tags("consent", 6)


@dataclass(frozen=True)
class AuditedLedger:
    """The chain, who records on it, and the times that its records use."""

    chain: DeployedChain
    recorder: Recorder
    begin: int

    @property
    def rpc(self) -> Rpc:
        """The honest node."""
        return self.chain.engine.rpc

    def replayed(self, rpc: Rpc | None = None) -> Result:
        """What a replay says, by the honest node or another one."""
        return replay(rpc or self.rpc, self.chain.deployment)

    def source(self) -> Node:
        """The honest node as a replay's source."""
        return Node(self.rpc, self.chain.deployment)

    def start_of(self, replayed: Replay) -> Start:
        """Where another replay begins that goes on from this one."""
        assert replayed.pinned is not None
        leaves = list(states.leaves(replayed.state, replayed.batches_of))
        restored = states.restore(leaves, self.chain.deployment.domains)
        return Start(replayed.pinned, restored.state, restored.batches_of)

    def root_of(self, replayed: Replay) -> tuple[bytes, int]:
        """Root and number of the states that a replay came to."""
        return states.root_of(states.leaves(replayed.state, replayed.batches_of))

    def certify(self, tags: list[Tag], organisation: int = COMMUNITY) -> None:
        """Certifies or renews, in one batch."""
        self.recorder.record(organisation, tags, self._senior(organisation))

    def decide(self, status: ConsentStatus, *, grantor: Grantor = Grantor.SELF, tags: list[Tag]) -> None:
        """Records a decision of each person, a guardian's with the department's review."""
        self.recorder.record_consents(
            COMMUNITY,
            tags,
            lambda old: next_words.consent_decision(
                old,
                new_status=status,
                grantor=grantor,
                valid_from=self.begin,
                valid_until=self.begin + 180 * DAY,
                organisation=COMMUNITY,
            ),
            reviewer=DEPARTMENT if grantor is Grantor.GUARDIAN else None,
        )

    def change(
        self, organisation: int, tags: list[Tag], change: Change, scheme: Scheme = Scheme.NONE
    ) -> None:
        """Records any other change."""
        self.recorder.record(organisation, tags, change, scheme=scheme)

    def anchor(self, size: int) -> None:
        """Anchors a head of the county's access log."""
        deadline = self.begin + 2 * DAY
        root = keccak256(uint256(size))
        digest = eip712.tree_head_digest(
            self.chain.deployment.domains[Contract.ANCHORS],
            organisation=COUNTY,
            stream=Stream.ACCESS_LOG,
            size=size,
            root=root,
            deadline=deadline,
        )
        data = anchor(
            organisation=COUNTY,
            stream=Stream.ACCESS_LOG,
            size=size,
            root=root,
            deadline=deadline,
            signature=self.chain.vault.sign_digest(organisation_key(COUNTY), digest),
        )
        sender = Sender(self.chain.engine, self.chain.vault, GOVERNANCE)
        sender.send(Address(self.chain.deployment.contracts[Contract.ANCHORS].address), data)

    def storage(self, contract: Contract, variable: str, *keys: bytes) -> tuple[str, bytes, int]:
        """Address, slot and present value of a variable, or of an element of a mapping (its key padded)."""
        deployed = self.chain.deployment.contracts[contract]
        slot = uint256(deployed.slots[variable])
        for key in keys:
            slot = keccak256(key + slot)
        value = self.rpc.call("eth_getStorageAt", deployed.address, "0x" + slot.hex(), "latest")
        return deployed.address, slot, int(value, 16)

    def tamper(self, contract: Contract, variable: str, *keys: bytes, flip: int) -> None:
        """Writes past the contract: turns bits of a stored value round, in a new block."""
        address, slot, value = self.storage(contract, variable, *keys)
        self.rpc.call("anvil_setStorageAt", address, "0x" + slot.hex(), "0x" + uint256(value ^ flip).hex())
        self.rpc.call("evm_mine")

    def _senior(self, organisation: int) -> Change:
        return lambda old: next_words.senior(
            old,
            method=Method.VISIT,
            valid_from=self.begin,
            valid_until=self.begin + 180 * DAY,
            organisation=organisation,
        )


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditedLedger]:
    """The ledger that a module's tests share, each going back to it: not to be changed itself."""
    folder = tmp_path_factory.mktemp("audited")
    with (
        EmbeddedChain(folder / "chain", port=0) as engine,
        FileVault(folder / "vault", "a passphrase for tests") as vault,
    ):
        for name in (RELAYER, GOVERNANCE, OPERATOR):
            vault.create_signing_key(name)
        yield write_ledger(deploy_city(folder, engine, vault))


@pytest.fixture
def audited(written: AuditedLedger) -> Iterator[AuditedLedger]:
    """A ledger with every kind of record: 12 elders, 6 consents, 2 tree heads, a statutory basis."""
    before = written.rpc.call("evm_snapshot")
    recorder = replace(
        written.recorder,
        certifications=dict(written.recorder.certifications),
        consents=dict(written.recorder.consents),
    )
    yield replace(written, recorder=recorder)
    written.rpc.call("evm_revert", before)


@pytest.fixture
def audited_alone(deployed: DeployedChain) -> AuditedLedger:
    """The same on a chain of its own, for tests that move the clock, which no chain turns back."""
    return write_ledger(deployed)


def write_ledger(deployed: DeployedChain) -> AuditedLedger:
    """Records something of everything."""
    recorder = Recorder(deployed.engine, deployed.vault, deployed.deployment)
    ledger = AuditedLedger(deployed, recorder, int(time.time()) - DAY)
    ledger.certify(ELDERS)
    ledger.certify(ELDERS[:8])
    ledger.change(
        COMMUNITY, ELDERS[:4], lambda old: next_words.authorisation(old, Authorisation.NOTIFIED, COMMUNITY)
    )
    ledger.change(
        COUNTY,
        ELDERS[:4],
        lambda old: next_words.seamless(
            old, method=Method.SIGNALS, valid_from=ledger.begin, valid_until=ledger.begin + 180 * DAY
        ),
        Scheme.SEAMLESS,
    )
    ledger.change(COMMUNITY, ELDERS[4:6], lambda old: next_words.death(old, Death.REPORTED, COMMUNITY))
    ledger.change(DEPARTMENT, ELDERS[4:5], lambda old: next_words.death(old, Death.CONFIRMED, DEPARTMENT))
    ledger.change(SUBDISTRICT, ELDERS[6:8], lambda old: next_words.status(old, Status.SUSPENDED))
    ledger.change(SUBDISTRICT, ELDERS[8:9], lambda old: next_words.handover(old, NEIGHBOUR))
    ledger.decide(ConsentStatus.GIVEN, tags=CONSENTS)
    ledger.decide(ConsentStatus.WITHDRAWN, tags=CONSENTS[:2])
    ledger.decide(ConsentStatus.WITHDRAWN, grantor=Grantor.GUARDIAN, tags=CONSENTS[2:3])
    ledger.anchor(10)
    ledger.anchor(25)
    deployed.governance.add_basis(
        provider=DEPARTMENT,
        consumer=COUNTY,
        category=1,
        purpose=1,
        valid_from=ledger.begin,
        valid_until=ledger.begin + 180 * DAY,
        legal_reference="a regulation",
    )
    return ledger


def padded(value: int | str) -> bytes:
    """A mapping's key as the storage layout has it: a number or an address in 32 bytes."""
    return uint256(int(value, 16) if isinstance(value, str) else value)


def elder_slot(tag: Tag) -> bytes:
    """The key of an elder's word in `Certifications`."""
    return keccak256(uint256(PROGRAMME) + tag)
