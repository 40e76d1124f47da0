"""Round by round: Python says what the contracts will do, they do it, and nothing may differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ledger.chain import artifacts, gas
from ledger.chain.bindings import calls
from ledger.chain.bindings.errors import decode_error
from ledger.chain.blocks import head
from ledger.chain.logs import events_between
from ledger.chain.views import Views
from ledger.domain import reducer
from ledger.domain.digests import event_digest
from ledger.domain.events import (
    BatchRefused,
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    Event,
)
from ledger.domain.rules import Refusal
from ledger.domain.state import LedgerState
from ledger.domain.tags import certification_slot
from ledger.encoding.entries import ENTRY_SIZE
from ledger.encoding.hashing import keccak256, uint256
from ledger.relay.registers import recovered_signer
from tests.contracts.differential import attempts, certification_batches, consent_batches, coverage
from tests.contracts.differential.attempts import Attempt, Judgement
from tests.contracts.differential.clock import Call, refusal_of
from tests.contracts.differential.coverage import Reached
from tests.contracts.differential.world import World

RECORDED = (Contract.CERTIFICATIONS, Contract.CONSENTS)


@dataclass
class Match:
    """`reached` counts refusals by contract and name, and transitions; `batches` what was tried so far."""

    world: World
    reached: Reached = field(default_factory=Counter)
    batches: int = 0
    recorded: int = 0

    def catch_up(self) -> None:
        """Folds what the contracts logged when they were made."""
        newest = head(self.world.chain.rpc).number
        happened, _ = events_between(self.world.chain.rpc, self.world.contracts, 0, newest)
        self._fold(happened)

    def play(self, judged: Sequence[Judgement], after: LedgerState) -> None:
        """A block of attempts, as Python judged them in turn, and the state it expects at the end."""
        world = self.world
        self._ask_alone([judgement.attempt for judgement in judged])
        for judgement in judged:
            attempt = judgement.attempt
            if judgement.refusal is None and not _is_batch(attempt):
                world.chain.send(
                    attempt.sender or world.relayer, world.contracts[attempt.contract], attempt.call
                )
        for contract in RECORDED:
            batches = [j for j in judged if j.attempt.contract is contract and _is_batch(j.attempt)]
            if batches:
                self._send_batches(contract, batches)
            self.batches += len(batches)
            self.recorded += sum(judgement.refusal is None for judgement in batches)
        block = world.chain.mine(world.time)
        happened = world.events(block)
        for contract in Contract:
            self._compare_logs(
                [judgement for judgement in judged if judgement.attempt.contract is contract],
                [event for event in happened if event.contract is contract],
            )
        self._fold(happened)
        different = attempts.differences(world.state, after)
        assert not different, f"the logs fold to another state than was expected: {different}"
        self._compare_storage(Views(world.chain.rpc, world.contracts, block.hash))

    def _ask_alone(self, drawn: Sequence[Attempt]) -> None:
        """Each by itself onto the state before this block: `record` reverts with its reason."""
        world = self.world
        said = world.chain.ask(
            [Call(a.sender or world.relayer, world.contracts[a.contract], a.call) for a in drawn], world.time
        )
        for attempt, contract_says in zip(drawn, said, strict=True):
            self._agree(attempts.judge(world.state, attempt, world.time), contract_says)

    def _send_batches(self, contract: Contract, batches: Sequence[Judgement]) -> None:
        signed = [judgement.attempt.as_batch() for judgement in batches]
        encode = calls.record_certifications if contract is Contract.CERTIFICATIONS else calls.record_consents
        data = encode(signed)  # type: ignore[operator]
        limit = gas.gas_for_batches(data, [len(batch.entries) // ENTRY_SIZE for batch in signed])
        self.world.chain.send(self.world.relayer, self.world.contracts[contract], data, limit)

    def _compare_logs(self, judged: Sequence[Judgement], logged: Sequence[Event]) -> None:
        """One log for every attempt, in order; changes of a register that were refused were not sent."""
        logs = iter(logged)
        index = 0
        for judgement in judged:
            is_batch = _is_batch(judgement.attempt)
            if judgement.refusal is None:
                log = next(logs, None)
                assert isinstance(log, CountedEvent), _differ(judgement, log)
                assert log == replace(judgement.event, position=log.position), _differ(judgement, log)
                self.reached.update(coverage.reached(judgement))
            elif is_batch:
                log = next(logs, None)
                assert isinstance(log, BatchRefused), _differ(judgement, log)
                self._agree(judgement, refusal_of(decode_error(log.reason)))
                assert log.index == index
                assert log.digest == event_digest(self.world.state.domains, judgement.event)
            index += is_batch
        assert next(logs, None) is None, "the contract logged more than was expected"

    def _agree(self, judgement: Judgement, contract_says: Refusal | None) -> None:
        assert contract_says == judgement.refusal, _differ(judgement, contract_says)
        self.reached.update(coverage.reached(judgement))

    def _fold(self, happened: Sequence[Event]) -> None:
        state = self.world.state
        for event in happened:
            if isinstance(event, CountedEvent):
                violations = reducer.apply(state, event, recovered=recovered_signer(state.domains, event))
                assert not violations, f"the reducer objects to what the contract recorded: {violations}"

    def _compare_storage(self, views: Views) -> None:
        state = self.world.state
        heads = views.heads()
        for contract, journal in state.journals.items():
            assert (heads[contract].head, heads[contract].count) == (journal.head, journal.count), contract
        for programme in state.programmes:
            tags = certification_batches.tags(state, programme)
            found = views.certification_words(programme, tags)
            expected = [certification_batches.word(state, programme, tag) for tag in tags]
            assert found == expected, f"words of programme {programme} differ"
            assert views.enforced_limits(programme) == state.programmes[programme]
            assert views.programme(programme) == (state.programmes[programme], state.rules_hashes[programme])
        consents = consent_batches.tags(state)
        assert views.consent_words(consents) == [state.consents.get(tag, 0) for tag in consents]
        assert views.organisation_words(state.organisations) == [*state.organisations.values()]
        assert views.signer_words(state.signers) == [*state.signers.values()]

    def finish(self) -> None:
        """Compares what is not compared after every block, because it takes a question each."""
        state = self.world.state
        views = Views(self.world.chain.rpc, self.world.contracts, head(self.world.chain.rpc).hash)
        assert views.owner() == state.owner
        assert views.enforcer() == state.enforcer.lower()
        for basis, held in state.bases.items():
            assert views.basis(basis) == (
                held.provider, held.consumer, held.category, held.purpose, held.valid_from, held.valid_until
            )  # fmt: skip
        for (organisation, stream), tree in state.tree_heads.items():
            assert views.tree_head(organisation, stream) == (tree.size, tree.recorded_at, tree.root)
        for programme in state.programmes:
            for tag in certification_batches.tags(state, programme):
                slot = certification_slot(programme, tag)
                word = certification_batches.word(state, programme, tag)
                assert self._stored(Contract.CERTIFICATIONS, slot) == word
        for tag in consent_batches.tags(state):
            assert self._stored(Contract.CONSENTS, tag) == state.consents.get(tag, 0)

    def _stored(self, contract: Contract, key: bytes) -> int:
        """A word where a storage proof finds it: by the committed layout, without the contract's code."""
        slot = keccak256(key + uint256(artifacts.load(contract).slots["_slots"]))
        world = self.world
        at = world.contracts[contract], "0x" + slot.hex(), "latest"
        return int(world.chain.rpc.call("eth_getStorageAt", *at), 16)


def _is_batch(attempt: Attempt) -> bool:
    return isinstance(attempt.event, CertificationsRecorded | ConsentsRecorded)


def _differ(judgement: Judgement, contract_says: Refusal | Event | None) -> str:
    python_says = judgement.refusal or "accepted"
    return f"the contract says {contract_says or 'accepted'}, Python says {python_says}, of {judgement.event}"
