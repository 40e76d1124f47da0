"""Steps 5 to 8: blocks, logs, signatures and rules, stretch by stretch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.result import Counts
from ledger.audit.segments import Segment
from ledger.audit.signatures import Recovered, Recovery
from ledger.audit.stretch import Stretch, Unfit, decode
from ledger.chain.headers import Header
from ledger.domain import reducer
from ledger.domain.digests import Domains
from ledger.domain.events import (
    BatchRefused,
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    Event,
    OrganisationAdded,
    SignerAdded,
    TreeHeadAnchored,
)
from ledger.domain.rules.refusal import Refusal
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import LedgerState
from ledger.encoding.entries import ENTRY_SIZE
from ledger.encoding.types import Address

REGISTERS = {Contract.MEMBERS, Contract.POLICIES}
"""The contracts on which the others' rules rest."""


class Observer(Protocol):
    """Sees every event as it is replayed."""

    def before(self, event: Event, state: LedgerState) -> None:
        """An event, and the state that it is about to change."""
        ...

    def after(self, event: Event, state: LedgerState) -> None:
        """The event again, and the state with it."""
        ...

    def end(self, headers: Sequence[Header], *, judged: bool) -> None:
        """The blocks whose events were seen since the last call; not `judged` if logs were found altered."""
        ...

    def kept(self) -> Any:
        """What it has seen so far, as JSON, for a replay that is killed and goes on."""
        ...

    def go_on(self, kept: Any) -> None:
        """Takes up what `kept` gave."""
        ...


class Fold:
    """Takes stretches of blocks in, in order. What it finds goes to `findings`, the state is in `state`.

    `broken` are the contracts of whose logs some are missing or aren't those that were signed: what rests on
    their state is not judged any more, for one fault would be found a thousand times, and none of the
    thousand would be sure. If the registers of keys and programmes are broken, so are all. What rests on
    these is `held` back, for only their heads show, at the end, that no log of them is missing.
    """

    def __init__(
        self,
        contracts: Mapping[Address, Contract],
        domains: Domains,
        findings: Findings,
        counts: Counts,
        recovery: Recovery,
        *,
        hashes_computed: bool,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.state = LedgerState(domains)
        self.broken: set[Contract] = set()
        self.batches_of: Counter[Address] = Counter()
        self.last: Header | None = None
        self.unfit: Counter[Contract] = Counter()
        self.held = Findings()
        self._contracts = contracts
        self._findings = findings
        self._counts = counts
        self._recovery = recovery
        self._hashes_computed = hashes_computed
        self._observers = observers

    def prepare(self, segment: Segment) -> Stretch:
        """Decodes a stretch's logs and begins to recover its signatures; nothing else is changed yet."""
        items = list(decode(segment, self._contracts))
        events = [item for item in items if isinstance(item, Event)]
        recovered = self._recovery.begin(events, self.state.domains)
        return Stretch(segment.headers, len(segment.logs), items, recovered)

    def take(self, stretch: Stretch) -> None:
        """Takes the next stretch in."""
        self._check_blocks(stretch.headers)
        self._counts.logs += stretch.logs
        recovered = stretch.recovered()
        for item in stretch.items:
            if isinstance(item, Event):
                self._take(item, next(recovered))
            else:
                self._set_aside(item)
        for observer in self._observers:
            # What is compared with altered logs would differ a second time.
            observer.end(stretch.headers, judged=not self.broken)

    def _check_blocks(self, headers: Sequence[Header]) -> None:
        """Step 5: each header is what its hash says, and names its predecessor's. On headers, on their times
        above all, rests everything.
        """
        for header in headers:
            where = Where(block=header.number)
            if self._hashes_computed and header.computed_hash != header.hash:
                self._find(Code.BLOCK_HASH_WRONG, where, header.computed_hash, header.hash)
                self.broken |= set(Contract)
            if self.last is not None and header.parent_hash != self.last.hash:
                self._find(Code.PARENT_DIFFERS, where, header.parent_hash, self.last.hash)
                self.broken |= set(Contract)
            self.last = header
        self._counts.blocks += len(headers)

    def _take(self, event: Event, recovered: Recovered) -> None:
        self._count(event, recovered)
        if isinstance(event, CountedEvent):
            self._check_number(event)
            self._check_signer(event, recovered)
        # Of the two signers, the reducer asks for the one that the event doesn't name.
        unnamed = recovered.reviewer if isinstance(event, ConsentsRecorded) else recovered.signer
        for observer in self._observers:
            observer.before(event, self.state)
        for violation in reducer.apply(
            self.state, event, recovered=unnamed or ZERO_ADDRESS, digest=recovered.digest
        ):
            if violation.contract not in self.broken and violation.refusal.name != "NumberNotNext":
                self._find_violation(violation)
        for observer in self._observers:
            observer.after(event, self.state)

    def _check_number(self, event: CountedEvent) -> None:
        """Step 6: no log is left out, none comes twice. Those that were found unfit leave a gap."""
        expected = self.state.journals[event.contract].count + 1
        if expected <= event.number <= expected + self.unfit[event.contract]:
            self.unfit[event.contract] -= event.number - expected
            return
        code = Code.LOG_MISSING if event.number > expected else Code.LOG_REPEATED
        self._find(code, Where.at(event.position, event.contract), event.number, expected)
        self._break(event.contract)

    def _check_signer(self, event: CountedEvent, recovered: Recovered) -> None:
        """Step 7: what is recorded was signed by whom the event names; a tree head names the organisation."""
        match event:
            case _ if recovered.trouble is not None:
                code, got, expected = (
                    Code.SIGNATURE_MALFORMED,
                    recovered.trouble,
                    "65 bytes, low s, v 27 or 28",
                )
            case CertificationsRecorded() | ConsentsRecorded() if recovered.signer != event.signer:
                code, got, expected = Code.SIGNER_DIFFERS, str(recovered.signer), str(event.signer)
            case TreeHeadAnchored() if not self._may_be_key_of(recovered.signer, event.organisation):
                where = Where.at(event.position, event.contract)
                expected = f"a key of organisation {event.organisation}"
                self.held.add(Finding(Code.SIGNER_DIFFERS, where, str(recovered.signer), expected))
                self._break(event.contract)
                return
            case _:
                return
        self._find(code, Where.at(event.position, event.contract), got, expected)
        self._break(event.contract)

    def _may_be_key_of(self, signer: Address | None, organisation: int) -> bool:
        if Contract.MEMBERS in self.broken:
            return True
        return signer is not None and self.state.authority(signer).organisation == organisation

    def _find_violation(self, violation: reducer.Violation) -> None:
        """Step 8: what the contract should have refused."""
        refusal = violation.refusal
        tag = refusal.arguments[1] if refusal.index is not None else None
        where = Where.at(
            violation.position,
            violation.contract,
            entry=refusal.index,
            tag=tag if isinstance(tag, bytes) else None,
        )
        self.held.add(
            Finding(Code.RULE_BROKEN, where, got=_arguments(refusal), expected="refused", rule=refusal.name)
        )

    def _count(self, event: Event, recovered: Recovered) -> None:
        counts = self._counts
        counts.signatures += recovered.signatures
        match event:
            case CertificationsRecorded():
                counts.batches += 1
                counts.certifications += len(event.entries) // ENTRY_SIZE
                self.batches_of[event.signer] += 1
            case ConsentsRecorded():
                counts.batches += 1
                counts.consents += len(event.entries) // ENTRY_SIZE
                self.batches_of[event.signer] += 1
            case TreeHeadAnchored():
                counts.tree_heads += 1
            case BatchRefused():
                counts.refused += 1
            case OrganisationAdded():
                counts.organisations += 1
            case SignerAdded():
                counts.keys += 1

    def _set_aside(self, log: Unfit) -> None:
        self._findings.add(log.finding)
        if log.contract is not None:
            self.unfit[log.contract] += 1
            self._break(log.contract)

    def _break(self, contract: Contract) -> None:
        self.broken |= set(Contract) if contract in REGISTERS else {contract}

    def _find(self, code: Code, where: Where, got: bytes | int | str, expected: bytes | int | str) -> None:
        self._findings.add(Finding(code, where, shown(got), shown(expected)))


def _arguments(refusal: Refusal) -> str:
    """What the contract's error would have said, after the entry's index and tag, which stand in `where`."""
    told = refusal.arguments[2:] if refusal.index is not None else refusal.arguments
    return ", ".join(map(shown, told))
