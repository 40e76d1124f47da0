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

import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

from ledger.audit.distrust import distrusted, find_standing
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.fold import Fold, Observer
from ledger.audit.node import Node
from ledger.audit.progress import Keeper, Progress, Silent, Start
from ledger.audit.result import Counts, Result, StorageCheck
from ledger.audit.signed_by import batches_by
from ledger.audit.source import ProofWrong, Source
from ledger.audit.storage import Comparison
from ledger.chain import artifacts
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.chain.verify import create2_address
from ledger.chain.views import Head
from ledger.domain.events import Contract
from ledger.domain.state import LedgerState
from ledger.encoding.hashing import keccak256
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

    `workers` threads recover signatures, by default one for each core. Raises CannotKnow and its kinds;
    Misconfigured `contract_address_differs` for a deployment file that contradicts itself.
    """
    return Replay(Node(rpc, deployment), deployment, depth=depth, workers=workers, progress=progress).run()


def software() -> str:
    """The version of this software."""
    return version("certification-ledger")


def check_addresses(deployment: Deployment) -> None:
    """Step 1: addresses are those that CREATE2 gives this code under the deployment's id.

    Raises Misconfigured `contract_address_differs`.
    """
    salt = bytes.fromhex(deployment.deployment_id[2:])
    for contract in Contract:
        deployed = deployment.contracts[contract]
        creation = artifacts.load(contract).creation_code + bytes.fromhex(deployed.constructor_arguments[2:])
        derived = create2_address(Address(deployment.factory.address), salt, creation)
        if derived != deployed.address:
            raise Misconfigured(
                "contract_address_differs", contract=contract.value, got=deployed.address, expected=derived
            )


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
        self._workers = workers or os.cpu_count()
        self._progress = progress or Silent()
        self._observers = observers
        self._start = start
        self._keeper = keeper
        self._storage = StorageCheck.NONE

    def run(self) -> Result:
        """Goes through the steps, as far as there is a point in going on."""
        started = time.monotonic()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="audit-sign") as pool:
            self.pinned = self._run(pool)
        if self._keeper is not None:
            self._keeper.forget()
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

    def _run(self, pool: ThreadPoolExecutor) -> Header | None:
        if not self._check_chain():
            return None
        fold = self._new_fold(pool)
        if fold is None:
            return None
        pinned = self.source.newest(self._depth)
        while True:
            self._check_code(pinned)
            self._fold(fold, pinned)
            newer = self.source.newest(self._depth)
            if newer.number - pinned.number <= _NEAR:
                break
            pinned = newer
        self.batches_of = fold.batches_of
        self._find_distrusted(fold, pinned)
        self.unjudged |= fold.broken
        self._compare(pinned)
        return pinned

    def _new_fold(self, pool: ThreadPoolExecutor) -> Fold | None:
        fold = Fold(
            self._contracts,
            self.deployment.domains,
            self.findings,
            self.counts,
            pool,
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
        if got.hash != start.last.hash:
            where = Where(block=start.last.number)
            self._find(Code.CHECKPOINT_OFF_CHAIN, where, shown(got.hash), shown(start.last.hash))
            return None
        for group in start.groups:
            self.findings.take(group)
        fold.state, fold.batches_of, fold.last = start.state, start.batches_of, start.last
        fold.broken, fold.unfit = start.broken, start.unfit
        return fold

    def _check_chain(self) -> bool:
        """Step 2."""
        chain_id = self.source.chain_id()
        if chain_id != self.deployment.chain_id:
            self._find(Code.CHAIN_ID_DIFFERS, Where(), str(chain_id), str(self.deployment.chain_id))
            return False
        genesis = self.source.genesis()
        expected = self.deployment.genesis_hash
        if shown(genesis.hash) != expected:
            self._find(Code.GENESIS_DIFFERS, Where(block=0), shown(genesis.hash), expected)
            return False
        # The file pins this hash. If it is the header's by Ethereum's rule, so are all that follow.
        self.hashes_computed = genesis.computed_hash == genesis.hash
        return True

    def _check_code(self, pinned: Header) -> None:
        """Step 4. Of a contract with other code, nothing that it says is asked."""
        for contract in self.deployment.addresses:
            if contract in self.unjudged:
                continue
            expected = self.deployment.contracts[contract].code_hash
            where = Where(contract=str(contract), block=pinned.number)
            try:
                code = self.source.code(contract, pinned)
            except ProofWrong as error:
                self._find(Code.PROOF_WRONG, where, str(error), f"a proof of the code {expected}")
                self.unjudged.add(contract)
                continue
            if artifacts.load(contract).is_code(code) and shown(keccak256(code)) == expected:
                continue
            self._find(Code.CODE_DIFFERS, where, shown(keccak256(code)) if code else "no code", expected)
            self.unjudged.add(contract)

    def _compare(self, pinned: Header) -> None:
        """Steps 9 and 10."""
        comparison = Comparison(self.state, self.findings, self.counts, self._progress.states)
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
        for segment in self.source.segments(start, pinned.number) if start <= pinned.number else ():
            fold.take(segment)
            if self._keeper is not None:
                self._keeper.keep(fold, self.counts, self.findings)
            self._progress.blocks(
                segment.headers[-1].number - first + 1,
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
