"""Step 8, last: states that still stand on a key that is distrusted since before it recorded them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ledger.audit.findings import Code, Finding, Findings, Where
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded
from ledger.domain.recording import RECORDED_AT_SHIFT
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.types import Address
from ledger.encoding.words import signer as signer_word


def distrusted(state: LedgerState) -> dict[Address, int]:
    """Keys that are distrusted, each with the moment (unix seconds) since which."""
    return {
        address: since
        for address, word in state.signers.items()
        if (since := signer_word.distrusted_since(word))
    }


def find_standing(
    state: LedgerState, batches: Iterable[CertificationsRecorded | ConsentsRecorded], findings: Findings
) -> Counter[Address]:
    """Reports the entries of distrusted keys' batches that nothing has replaced; counts each key's batches.

    What such a key recorded before the moment since which it is distrusted stands.
    """
    since = distrusted(state)
    seen: Counter[Address] = Counter()
    for event in batches:
        seen[event.signer] += 1
        if event.position.block_time < since[event.signer]:
            continue
        words = (
            state.certifications.get(event.programme, {})
            if isinstance(event, CertificationsRecorded)
            else state.consents
        )
        stamp = event.position.block_time << RECORDED_AT_SHIFT
        for index, (tag, word, _) in enumerate(entries.iterate(event.entries)):
            if words.get(tag) == word | stamp:
                findings.add(
                    Finding(
                        Code.KEY_DISTRUSTED,
                        Where.at(event.position, event.contract, entry=index, tag=tag),
                        got=f"recorded at {event.position.block_time}",
                        expected=f"a key that was trusted then, or a later record; distrusted since "
                        f"{since[event.signer]}",
                        rule=event.signer,
                    )
                )
    return seen
