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
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Protocol

from ledger.audit.distrust import distrusted, find_standing
from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.fold import Fold
from ledger.audit.result import Counts, Result
from ledger.audit.segments import SegmentReader
from ledger.audit.storage import Comparison
from ledger.chain import artifacts, headers
from ledger.chain.bindings.events import decode_log, topics_of
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.chain.verify import create2_address
from ledger.chain.views import Views
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract, LogPosition
from ledger.encoding.hashing import keccak256
from ledger.encoding.types import Address
from ledger.errors import CannotKnow, Misconfigured

_NEAR = 8
"""A chain goes on while it is replayed, and nodes drop old states: state is compared at a block that has at
most so many above it.
"""


class Progress(Protocol):
    """Told how far a part of the work is."""

    def blocks(self, done: int, total: int, records: int) -> None:
        """Steps 5 to 8: blocks folded, of all up to the pinned one, and the records in them."""

    def states(self, done: int, total: int) -> None:
        """Step 10: words and register entries compared."""


class Silent:
    """No progress shown."""

    def blocks(self, done: int, total: int, records: int) -> None:
        """Nothing."""

    def states(self, done: int, total: int) -> None:
        """Nothing."""


def replay(
    rpc: Rpc,
    deployment: Deployment,
    *,
    depth: int = 0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Result:
    """Replays the ledger up to the newest block under at least `depth` others.

    `workers` threads recover signatures, by default one for each core. Raises CannotKnow and its kinds;
    Misconfigured `contract_address_differs` for a deployment file that contradicts itself.
    """
    started = time.monotonic()
    check_addresses(deployment)
    with ThreadPoolExecutor(workers or os.cpu_count(), thread_name_prefix="audit-sign") as pool:
        run = _Replay(rpc, deployment, depth, pool, progress or Silent())
        pinned = run.run()
    return Result(
        chain_id=deployment.chain_id,
        pinned=pinned,
        counts=run.counts,
        findings=run.findings,
        hashes_computed=run.hashes_computed,
        unjudged=[str(contract) for contract in Contract if contract in run.unjudged],
        seconds=time.monotonic() - started,
        software=version("certification-ledger"),
    )


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


class _Replay:
    def __init__(
        self, rpc: Rpc, deployment: Deployment, depth: int, pool: ThreadPoolExecutor, progress: Progress
    ) -> None:
        self._rpc = rpc
        self._deployment = deployment
        self._depth = depth
        self._pool = pool
        self._progress = progress
        self._contracts = {address: contract for contract, address in deployment.addresses.items()}
        self._reader = SegmentReader(rpc, list(self._contracts))
        self.counts = Counts()
        self.findings = Findings()
        self.unjudged: set[Contract] = set()
        self.hashes_computed = True

    def run(self) -> Header | None:
        """Goes through the steps; returns the pinned block, None if there was no point in going on."""
        if not self._check_chain():
            return None
        fold = Fold(
            self._contracts,
            self._deployment.domains,
            self.findings,
            self.counts,
            self._pool,
            hashes_computed=self.hashes_computed,
        )
        for contract in (Contract.CERTIFICATIONS, Contract.CONSENTS):
            fold.state.journals[contract].awaited = self._words_to_import(contract)
        pinned = self._pin()
        while True:
            self._check_code(pinned)
            self._fold(fold, pinned)
            newer = self._pin()
            if newer.number - pinned.number <= _NEAR:
                break
            pinned = newer
        self._find_distrusted(fold, pinned)
        self.unjudged |= fold.broken
        judged = {c: at for c, at in self._deployment.addresses.items() if c not in self.unjudged}
        views = Views(self._rpc, judged, pinned.hash)
        compare = Comparison(fold.state, views, self.findings, self.counts, self._progress.states)
        self.unjudged |= compare.compare_heads()
        compare.compare_state(self.unjudged)
        return pinned

    def _check_chain(self) -> bool:
        """Step 2."""
        chain_id = int(self._rpc.call("eth_chainId"), 16)
        if chain_id != self._deployment.chain_id:
            self._find(Code.CHAIN_ID_DIFFERS, Where(), str(chain_id), str(self._deployment.chain_id))
            return False
        genesis = self._header("0x0")
        if shown(genesis.hash) != self._deployment.genesis_hash:
            self._find(
                Code.GENESIS_DIFFERS, Where(block=0), shown(genesis.hash), self._deployment.genesis_hash
            )
            return False
        # The file pins this hash. If it is the header's by Ethereum's rule, so are all that follow.
        self.hashes_computed = genesis.computed_hash == genesis.hash
        return True

    def _pin(self) -> Header:
        """Step 3. Raises CannotKnow `audit.node_syncing`, `audit.node_behind`."""
        if self._rpc.call("eth_syncing") is not False:
            raise CannotKnow("audit.node_syncing", node=self._rpc.location)
        newest = self._header("latest")
        final = newest.number - self._depth
        lowest = max(contract.block for contract in self._deployment.contracts.values())
        if final < lowest:
            raise CannotKnow("audit.node_behind", node=self._rpc.location, got=final, expected=lowest)
        return newest if self._depth == 0 else self._header(hex(final))

    def _check_code(self, pinned: Header) -> None:
        """Step 4. Of a contract with other code, nothing that it says is asked."""
        at = {"blockHash": shown(pinned.hash)}
        for contract, address in self._deployment.addresses.items():
            if contract in self.unjudged:
                continue
            code = bytes.fromhex(self._rpc.call("eth_getCode", address, at)[2:])
            expected = self._deployment.contracts[contract].code_hash
            if artifacts.load(contract).is_code(code) and shown(keccak256(code)) == expected:
                continue
            got = shown(keccak256(code)) if code else "no code"
            self._find(Code.CODE_DIFFERS, Where(contract=str(contract), block=pinned.number), got, expected)
            self.unjudged.add(contract)

    def _fold(self, fold: Fold, pinned: Header) -> None:
        """Steps 5 to 8 up to the pinned block."""
        fold.broken |= self.unjudged
        first = self._deployment.first_block
        start = fold.last.number + 1 if fold.last else first
        for segment in self._reader.read(start, pinned.number) if start <= pinned.number else ():
            fold.take(segment)
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
            seen = find_standing(fold.state, self._batches(signer, pinned), self.findings)
            if seen[signer] != fold.batches_of[signer]:
                raise NodeUnreachable("node_inconsistent", node=self._rpc.location, block=pinned.number)

    def _batches(
        self, signer: Address, pinned: Header
    ) -> Iterator[CertificationsRecorded | ConsentsRecorded]:
        topics = [
            topics_of(Contract.CERTIFICATIONS)[CertificationsRecorded.__name__],
            topics_of(Contract.CONSENTS)[ConsentsRecorded.__name__],
        ]
        first = self._deployment.first_block
        for segment in self._reader.read(first, pinned.number, first_topics=topics, signer=signer):
            times = {header.number: header.time for header in segment.headers}
            for log in segment.logs:
                position = LogPosition(
                    log.block_number,
                    log.block_hash,
                    times[log.block_number],
                    log.index,
                    log.transaction_hash,
                )
                event = decode_log(self._contracts[log.address], log.topics, log.data, position)
                if isinstance(event, CertificationsRecorded | ConsentsRecorded):
                    yield event

    def _words_to_import(self, contract: Contract) -> int:
        """How many words it takes over from a predecessor: the constructor's last argument."""
        return int(self._deployment.contracts[contract].constructor_arguments[-64:], 16)

    def _header(self, block: str) -> Header:
        header = headers.parse(self._rpc.call("eth_getBlockByNumber", block, False))
        if header is None:
            raise CannotKnow("audit.block_missing", block=block)
        return header

    def _find(self, code: Code, where: Where, got: str, expected: str) -> None:
        self.findings.add(Finding(code, where, got, expected))
