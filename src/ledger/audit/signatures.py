"""Step 7: who signed, recovered on every core."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from ledger.domain.digests import Domains, event_digest
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Event, TreeHeadAnchored
from ledger.encoding import eip712
from ledger.encoding.types import Address
from ledger.errors import Refused
from ledger.keys import signatures

_CHUNK = 64
"""Events that a worker takes at a time: a signature costs 35 µs, handing one over about 10."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """Whose signatures an event carries; None where none can be recovered, with the reason in `trouble`.

    `signer` is of the batch or tree head, `reviewer` of a reviewed batch's review. `signatures` were tried.
    """

    signer: Address | None = None
    reviewer: Address | None = None
    signatures: int = 0
    trouble: str | None = None


NOTHING_SIGNED = Recovered()


def recover_all(events: Sequence[Event], domains: Domains, workers: Executor) -> list[Recovered]:
    """For each event who signed it. libsecp256k1 runs without the interpreter's lock, so threads do."""

    def chunk(start: int) -> list[Recovered]:
        return [recover(event, domains) for event in events[start : start + _CHUNK]]

    return [one for done in workers.map(chunk, range(0, len(events), _CHUNK)) for one in done]


def recover(event: Event, domains: Domains) -> Recovered:
    """Who signed one event."""
    if not isinstance(event, CertificationsRecorded | ConsentsRecorded | TreeHeadAnchored):
        return NOTHING_SIGNED
    digest = event_digest(domains, event)
    try:
        signer = signatures.recover(digest, event.signature)
        if isinstance(event, ConsentsRecorded) and event.reviewed:
            review = eip712.incapacity_review_digest(domains[event.contract], digest)
            return Recovered(signer, signatures.recover(review, event.review), signatures=2)
    except Refused as refusal:
        return Recovered(signatures=1, trouble=str(refusal.params.get("reason")))
    return Recovered(signer, signatures=1)
