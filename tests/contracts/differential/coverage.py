"""What a run has to have reached: every error that Python's rules know, every transition of every table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger.chain import artifacts
from ledger.domain.codes import Scheme, Status
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract
from ledger.domain.reducer import Recorded
from ledger.domain.rules import transitions
from ledger.encoding.words import certification, consent

Reached = Counter[tuple[str, ...]]

_BEYOND_LOGS = {
    # who may call: no log says who called
    "GovernanceNotRenounceable",
    "NotAdmin",
    "NotGovernance",
    "OwnableInvalidOwner",
    "OwnableUnauthorizedAccount",
    # how an import is proven: no log holds the proof
    "ImportLengthsDiffer",
    "ImportMalformed",
    "ImportProofInvalid",
    "MerkleProofInvalidMultiproof",
    "SuccessorInvalid",
    # names of EIP-712 domains are constants
    "InvalidShortString",
    "StringTooLong",
    # how much gas a sender gave: a test of its own
    "GasTooLow",
}
"""Errors that no rule in Python knows."""
_SEALABLE = {Contract.CERTIFICATIONS, Contract.CONSENTS}


def wanted() -> set[tuple[str, ...]]:
    """All that a run should reach."""
    return {*_errors(), *_transitions()}


def transition(event: CertificationsRecorded | ConsentsRecorded, change: Recorded) -> tuple[str, ...]:
    """The kind of a recorded change, with its codes before and after."""
    old, new = change.old, change.new
    if isinstance(event, ConsentsRecorded):
        return "consent", str(consent.status(old)), str(consent.status(new))
    if event.scheme != Scheme.NONE:
        return Scheme(event.scheme).name, str(certification.status(old)), str(Status.ACTIVE.value)
    for name, field in (
        ("status", certification.status),
        ("death", certification.death),
        ("authorisation", certification.authorisation),
    ):
        if field(old) != field(new):
            return name, str(field(old)), str(field(new))
    return ("handover",)


def _errors() -> Iterator[tuple[str, str]]:
    for contract in Contract:
        for item in artifacts.load(contract).abi:
            name = item.get("name", "")
            if item["type"] != "error" or name in _BEYOND_LOGS:
                continue
            if name != "JournalNotOpen" or contract in _SEALABLE:
                yield contract.value, name


def _transitions() -> Iterator[tuple[str, ...]]:
    yield ("handover",)
    yield Scheme.SEAMLESS.name, str(Status.ACTIVE.value), str(Status.ACTIVE.value)
    for status in transitions.CERTIFIABLE:
        yield Scheme.SENIOR.name, str(status.value), str(Status.ACTIVE.value)
    for name, table in (
        ("status", transitions.STATUS),
        ("death", transitions.DEATH),
        ("authorisation", transitions.AUTHORISATION),
        ("consent", transitions.CONSENT),
    ):
        for before, after in table:
            yield name, str(before.value), str(after.value)
