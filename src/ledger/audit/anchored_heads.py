"""The heads of access logs as a chain's logs have them, for whoever checks a single entry."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.audit.source import Source
from ledger.chain.bindings.events import decode_log, topics_of
from ledger.chain.deployment import Deployment
from ledger.domain.codes import Stream
from ledger.domain.events import Contract, LogPosition, TreeHeadAnchored


def anchored_heads(source: Source, deployment: Deployment) -> Iterator[TreeHeadAnchored]:
    """Every anchored head of an access log, oldest first.

    That the contract took it is the node's word here; a replay checks it.
    """
    address = deployment.addresses[Contract.ANCHORS]
    topic = topics_of(Contract.ANCHORS)["TreeHeadAnchored"]
    last = source.newest(0).number
    for segment in source.segments(deployment.first_block, last):
        times = {header.number: header.time for header in segment.headers}
        for log in segment.logs:
            if log.address != address or not log.topics or log.topics[0] != topic:
                continue
            position = LogPosition(
                log.block_number, log.block_hash, times[log.block_number], log.index, log.transaction_hash
            )
            event = decode_log(Contract.ANCHORS, log.topics, log.data, position)
            if isinstance(event, TreeHeadAnchored) and event.stream == Stream.ACCESS_LOG:
                yield event
