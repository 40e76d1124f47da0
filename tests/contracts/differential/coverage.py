"""What a run has to have reached: every error that Python's rules know, every step of every state machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger.chain import artifacts
from ledger.domain import reducer
from ledger.domain.codes import Scheme
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract
from ledger.domain.reducer import Recorded
from tests.contracts.differential.attempts import Judgement
from tests.contracts.differential.goals import BOOKKEEPING, CERTIFICATION_GOALS, CONSENT_GOALS, FIELDS

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
    return {*_errors(), *_goals()}


def reached(judgement: Judgement) -> Iterator[tuple[str, ...]]:
    """What an attempt reached, of which contract and Python said the same."""
    event, refusal = judgement.event, judgement.refusal
    if refusal:
        yield event.contract.value, refusal.name
    if not isinstance(event, CertificationsRecorded | ConsentsRecorded):
        return
    if refusal and refusal.index is None:
        return
    for change in reducer.recorded(judgement.before, event):
        kind = _kind(event, change)
        refused = refusal is not None and change.entry == refusal.index
        if refusal and refused:
            yield kind, refusal.name
        if not refused or (refusal and refusal.name == "TransitionNotAllowed"):
            yield _step(kind, change.old, change.new)
        if refused:
            return


def _kind(event: CertificationsRecorded | ConsentsRecorded, change: Recorded) -> str:
    if isinstance(event, ConsentsRecorded):
        return "consent"
    if event.scheme != Scheme.NONE:
        return Scheme(event.scheme).name.lower()
    for kind in ("status", "death", "authorisation"):
        if FIELDS[kind](change.old) != FIELDS[kind](change.new):
            return kind
    return "handover"


def _step(kind: str, old: int, new: int) -> tuple[str, ...]:
    if kind == "handover":
        return (kind,)
    before, after = (str(FIELDS[kind](word)) for word in (old, new))
    return (kind, before) if kind in {"senior", "seamless"} else (kind, before, after)


def _goals() -> Iterator[tuple[str, ...]]:
    yield ("handover",)
    for goal in (*CERTIFICATION_GOALS, *CONSENT_GOALS):
        if goal.before is not None:
            steps = (goal.before,) if goal.after is None else (goal.before, goal.after)
            yield goal.kind, *(str(int(code)) for code in steps)
        elif goal.refusal and goal.refusal not in BOOKKEEPING:
            yield goal.kind, goal.refusal


def _errors() -> Iterator[tuple[str, str]]:
    for contract in Contract:
        for item in artifacts.load(contract).abi:
            name = item.get("name", "")
            if item["type"] != "error" or name in _BEYOND_LOGS:
                continue
            if name != "JournalNotOpen" or contract in _SEALABLE:
                yield contract.value, name
