"""The replay of a ledger, as the numbered procedure of docs/audit.md.

 1. The deployment file is read; each contract's address follows from its code and arguments.
 2. The node is on the file's chain: chain id and hash of block 0.
 3. A final block is pinned, by its hash. All that follows is said of that block.
 4. The contracts' code there is the committed one.
 5. Every block from the first contract's to the pinned one names its predecessor's hash, and has the hash
    that its header gives.
 6. Every log stands in one of those blocks, is an event of its contract, and has the next number.
 7. Every batch, review and tree head is signed by the key that the event names.
 8. Key, organisation, rules and revisions allowed it in that block: the contracts' rules, applied again.
 9. The contracts' counts and running heads are those of the logs: none is withheld, none altered.
10. Every word and register entry is the one that the logs add up to.

A node that doesn't answer, is behind, or no longer keeps the pinned block's state raises CannotKnow; no other
outcome says "clean".
"""

from __future__ import annotations

import gc
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from ledger.audit.distrust import distrusted, find_standing
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.fold import REGISTERS, Fold, Observer
from ledger.audit.identity import check_addresses, has_code, is_chain
from ledger.audit.node import Node
from ledger.audit.progress import Keeper, Progress, Silent, Start
from ledger.audit.result import Counts, Result, StorageCheck
from ledger.audit.signatures import Recovery
from ledger.audit.signed_by import batches_by
from ledger.audit.source import ProofWrong, Source
from ledger.audit.storage import Comparison
from ledger.audit.stretch import Stretch
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.chain.views import Head
from ledger.domain.events import Contract
from ledger.domain.state import LedgerState
from ledger.encoding.types import Address
from ledger.errors import CannotKnow, Misconfigured

_NEAR = 8
"""A chain goes on while it is replayed, and nodes drop old states: state is compared at a block that has at
most so many above it.
"""


def replay(
    rpc: Rpc,
    deployment: Deployment,
    *,
    depth: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Replays the ledger from a node, up to the newest block under at least `depth` others.

    `workers` processes recover signatures, by default one for each core. Raises CannotKnow and its kinds;
    Misconfigured `contract_address_differs` for a deployment file that contradicts itself.
    """
    return Replay(Node(rpc, deployment), deployment, depth=depth, workers=workers, progress=progress).run()


def software() -> str:
    """The version of this software."""
    return version("certification-ledger")


class Replay:
    """One replay. After `run`, `state` is what the logs add up to at the block `pinned`.

    `start` says where to begin if not at the first block; `keeper` keeps how far it is.
    """

    def __init__(
        self,
        source: Source,
        deployment: Deployment,
        *,
        depth: int = 0,
        workers: int | None = None,
        progress: Progress | None = None,
        observers: Sequence[Observer] = (),
        findings: Findings | None = None,
        start: Start | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        check_addresses(deployment)
        self.source = source
        self.deployment = deployment
        self.findings = Findings() if findings is None else findings
        self.counts = start.counts if start else Counts()
        self.state = start.state if start else LedgerState(deployment.domains)
        self.batches_of: Counter[Address] = Counter()
        self.pinned: Header | None = None
        self.unjudged: set[Contract] = set()
        self.hashes_computed = True
        self._contracts = {address: contract for contract, address in deployment.addresses.items()}
        self._depth = depth
        self._workers = workers
        self._progress = progress or Silent()
        self._observers = observers
        self._start = start
        self._keeper = keeper
        self._storage = StorageCheck.NONE

    def run(self) -> Result:
        """Goes through the steps, as far as there is a point in going on."""
        started = time.monotonic()
        with _no_collection(), Recovery(self._workers) as recovery:
            self.pinned = self._run(recovery)
        return Result(
            chain_id=self.deployment.chain_id,
            pinned=self.pinned,
            counts=self.counts,
            findings=self.findings,
            hashes_computed=self.hashes_computed,
            storage=self._storage,
            unjudged=[str(contract) for contract in Contract if contract in self.unjudged],
            seconds=time.monotonic() - started,
            software=software(),
        )

    def _run(self, recovery: Recovery) -> Header | None:
        if not is_chain(self.source, self.deployment, self.findings):
            return None
        # The file pins block 0's hash. If that is the header's by Ethereum's rule, so are all that follow.
        genesis = self.source.genesis()
        self.hashes_computed = genesis.computed_hash == genesis.hash
        fold = self._new_fold(recovery)
        if fold is None:
            return None
        pinned = self.source.newest(self._depth)
        while True:
            self.unjudged |= {
                contract
                for contract in set(Contract) - self.unjudged
                if not has_code(self.source, self.deployment, contract, pinned, self.findings)
            }
            self._fold(fold, pinned)
            newer = self.source.newest(self._depth)
            if newer.number - pinned.number <= _NEAR:
                break
            pinned = newer
        self.batches_of = fold.batches_of
        self._find_distrusted(fold, pinned)
        self.unjudged |= fold.broken
        self._compare(pinned)
        if not self.unjudged & REGISTERS:
            for group in fold.held.groups():
                self.findings.add_group(group)
        return pinned

    def _new_fold(self, recovery: Recovery) -> Fold | None:
        fold = Fold(
            self._contracts,
            self.deployment.domains,
            self.findings,
            self.counts,
            recovery,
            hashes_computed=self.hashes_computed,
            observers=self._observers,
        )
        start = self._start
        if start is None:
            for contract in (Contract.CERTIFICATIONS, Contract.CONSENTS):
                fold.state.journals[contract].awaited = self._words_to_import(contract)
            self.state = fold.state
            return fold
        got = self.source.header(start.last.number)
        if got.hash != start.last.hash and start.observed is not None:
            raise CannotKnow("audit.block_replaced", block=start.last.number)
        if got.hash != start.last.hash:
            where = Where(block=start.last.number)
            self._find(Code.CHECKPOINT_OFF_CHAIN, where, shown(got.hash), shown(start.last.hash))
            return None
        if start.observed is not None:
            self._go_on_watching(start.observed)
        for group in start.groups:
            self.findings.take(group)
        for group in start.held:
            fold.held.take(group)
        fold.state, fold.batches_of, fold.last = start.state, start.batches_of, start.last
        fold.broken, fold.unfit = start.broken, start.unfit
        return fold

    def _go_on_watching(self, observed: dict[str, Any]) -> None:
        by_name = {type(observer).__name__: observer for observer in self._observers}
        if by_name.keys() != observed.keys():
            raise Misconfigured("audit.progress_of_other_circles")
        for name, observer in by_name.items():
            observer.go_on(observed[name])

    def _compare(self, pinned: Header) -> None:
        """Steps 9 and 10."""
        slots = {name: contract.slots for name, contract in self.deployment.contracts.items()}
        comparison = Comparison(self.state, slots, self.findings, self.counts, self._progress.states)
        judged = [contract for contract in Contract if contract not in self.unjudged]
        heads: dict[Contract, Head] = {}
        for contract in judged:
            try:
                heads |= self.source.heads([contract], pinned)
            except ProofWrong as error:
                where = Where(contract=str(contract), block=pinned.number)
                self._find(Code.PROOF_WRONG, where, str(error), "a proof of the contract's running head")
                self.unjudged.add(contract)
        self.unjudged |= comparison.compare_heads(heads)
        views = self.source.views(pinned)
        if views is None:
            self._storage = StorageCheck.BY_HEADS
            return
        comparison.compare_state(views, self.unjudged)
        self._storage = StorageCheck.BY_CALLS

    def _fold(self, fold: Fold, pinned: Header) -> None:
        """Steps 5 to 8 up to the pinned block."""
        fold.broken |= self.unjudged
        first = self.deployment.first_block
        start = fold.last.number + 1 if fold.last else first
        segments = self.source.segments(start, pinned.number) if start <= pinned.number else ()
        for stretch in _one_ahead(map(fold.prepare, segments)):
            fold.take(stretch)
            if self._keeper is not None:
                self._keeper.keep(fold, self.counts, self.findings, self._observers)
            self._progress.blocks(
                stretch.headers[-1].number - first + 1,
                pinned.number - first + 1,
                self.counts.certifications + self.counts.consents,
            )
        if fold.last is None or fold.last.hash != pinned.hash:
            raise CannotKnow("audit.block_replaced", block=pinned.number)

    def _find_distrusted(self, fold: Fold, pinned: Header) -> None:
        """Step 8, last: asks for the batches of distrusted keys again, whose contents weren't kept."""
        for signer in distrusted(fold.state):
            batches = batches_by(self.source, self.deployment, signer, pinned.number)
            seen = find_standing(fold.state, batches, self.findings)
            if seen[signer] != fold.batches_of[signer]:
                raise NodeUnreachable("node_inconsistent", node=self.source.location, block=pinned.number)

    def _words_to_import(self, contract: Contract) -> int:
        """How many words it takes over from a predecessor: the constructor's last argument."""
        return int(self.deployment.contracts[contract].constructor_arguments[-64:], 16)

    def _find(self, code: Code, where: Where, got: str, expected: str) -> None:
        self.findings.add(Finding(code, where, got, expected))


def _one_ahead(stretches: Iterator[Stretch]) -> Iterator[Stretch]:
    """Each stretch when the next one's signatures are already with the workers."""
    ready = next(stretches, None)
    while ready is not None:
        following = next(stretches, None)
        yield ready
        ready = following


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keeps the collector of reference cycles, of which events make none, from going through all of them
    again and again: a quarter of the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
