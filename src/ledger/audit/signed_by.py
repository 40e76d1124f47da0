"""All that one key signed since a moment: what an organisation has to look at again when a key was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.audit.source import Source
from ledger.chain.bindings.events import decode_log, topics_of
from ledger.chain.deployment import Deployment
from ledger.chain.headers import Header
from ledger.domain.events import CertificationsRecorded, ConsentsRecorded, Contract, LogPosition
from ledger.domain.recording import RECORDED_AT_SHIFT
from ledger.encoding import entries
from ledger.encoding.types import Address, Tag, Word
from ledger.encoding.words import certification

_TOPICS = {
    Contract.CERTIFICATIONS: CertificationsRecorded.__name__,
    Contract.CONSENTS: ConsentsRecorded.__name__,
}


@dataclass(frozen=True, slots=True)
class SignedEntry:
    """An entry that the key signed. `word` as stored; `standing` None if nobody was there to be asked."""

    position: LogPosition
    programme: int
    """0 for consents."""
    entry: int
    tag: Tag
    word: Word
    record_hash: bytes
    standing: bool | None
    """Whether nothing has replaced it yet: whether somebody has to record it anew."""

    @property
    def revision(self) -> int:
        """Of the tag."""
        return certification.revision(self.word)


def batches_by(
    source: Source, deployment: Deployment, signer: Address, last: int
) -> Iterator[CertificationsRecorded | ConsentsRecorded]:
    """The batches that a key signed, up to block `last`, in order."""
    contracts = {address: contract for contract, address in deployment.addresses.items()}
    topics = [topics_of(contract)[name] for contract, name in _TOPICS.items()]
    for segment in source.segments(deployment.first_block, last, first_topics=topics, signer=signer):
        times = {header.number: header.time for header in segment.headers}
        for log in segment.logs:
            position = LogPosition(
                log.block_number, log.block_hash, times[log.block_number], log.index, log.transaction_hash
            )
            event = decode_log(contracts[log.address], log.topics, log.data, position)
            if isinstance(event, CertificationsRecorded | ConsentsRecorded):
                yield event


def signed_since(
    source: Source, deployment: Deployment, signer: Address, since: int, pinned: Header
) -> Iterator[SignedEntry]:
    """Every entry that the key signed in blocks of time `since` (unix seconds) or later."""
    views = source.views(pinned)
    for event in batches_by(source, deployment, signer, pinned.number):
        if event.position.block_time < since:
            continue
        programme = event.programme if isinstance(event, CertificationsRecorded) else 0
        unpacked = list(entries.iterate(event.entries))
        tags = [tag for tag, _, _ in unpacked]
        present: list[Word] | None = None
        if views is not None:
            present = views.certification_words(programme, tags) if programme else views.consent_words(tags)
        stamp = event.position.block_time << RECORDED_AT_SHIFT
        for index, (tag, word, record_hash) in enumerate(unpacked):
            stored = Word(word | stamp)
            standing = None if present is None else present[index] == stored
            yield SignedEntry(event.position, programme, index, tag, stored, record_hash, standing)
