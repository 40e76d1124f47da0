"""Logs as typed events."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from ledger.chain import artifacts
from ledger.chain.abi import signature_of, type_of
from ledger.chain.bindings import batches
from ledger.domain import events
from ledger.domain.events import Contract, Event, LogPosition
from ledger.encoding import addresses
from ledger.encoding.hashing import keccak256
from ledger.errors import Refused

_QUICK = {
    events.CertificationsRecorded: batches.certifications,
    events.ConsentsRecorded: batches.consents,
}
# What OpenZeppelin's bases log besides: the ledger's own events say the same, and heads don't count these.
_NOT_OURS = {"EIP712DomainChanged", "OwnershipTransferStarted", "OwnershipTransferred"}


@dataclass(frozen=True, slots=True)
class _Decoder:
    """How one event becomes its dataclass, whose fields after position and contract follow the ABI's
    order.
    """

    make: Callable[..., Event]
    indexed: tuple[bool, ...]
    topic_types: tuple[str, ...]
    data_types: tuple[str, ...]
    converters: tuple[Callable[[Any], Any] | None, ...]
    quick: Callable[[Contract, Sequence[bytes], bytes, LogPosition], Event | None] | None


def decode_log(
    contract: Contract, topics: Sequence[bytes], data: bytes, position: LogPosition
) -> Event | None:
    """The event of a log of `contract`; None for those that OpenZeppelin's bases log besides ours.

    Raises Refused `log_unknown` or `log_malformed` with block and index: the contract cannot have made such
    a log.
    """
    decoders = _decoders(contract)
    if not topics or topics[0] not in decoders:
        raise _refused("log_unknown", contract, position)
    decoder = decoders[topics[0]]
    if decoder is None:
        return None
    if decoder.quick is not None and (event := decoder.quick(contract, topics, data, position)) is not None:
        return event
    if len(topics) != 1 + len(decoder.topic_types):
        raise _refused("log_malformed", contract, position)
    try:
        from_topics = iter(decode(decoder.topic_types, b"".join(topics[1:])))
        from_data = iter(decode(decoder.data_types, data))
    except DecodingError:
        raise _refused("log_malformed", contract, position) from None
    values = (next(from_topics if is_topic else from_data) for is_topic in decoder.indexed)
    converted = (
        value if convert is None else convert(value)
        for value, convert in zip(values, decoder.converters, strict=True)
    )
    return decoder.make(position, contract, *converted)


@cache
def topics_of(contract: Contract) -> Mapping[str, bytes]:
    """The first topic of each event of a contract, by the event's name."""
    return {item["name"]: _topic(item) for item in _abi_events(contract)}


@cache
def _decoders(contract: Contract) -> Mapping[bytes, _Decoder | None]:
    return {
        _topic(item): None if item["name"] in _NOT_OURS else _decoder(item) for item in _abi_events(contract)
    }


def _decoder(item: Mapping[str, Any]) -> _Decoder:
    make = getattr(events, item["name"])
    inputs = item["inputs"]
    if len(fields(make)) != 2 + len(inputs):
        raise TypeError(f"{make.__name__} has other fields than {signature_of(item)}")
    return _Decoder(
        make=make,
        indexed=tuple(parameter["indexed"] for parameter in inputs),
        topic_types=tuple(type_of(parameter) for parameter in inputs if parameter["indexed"]),
        data_types=tuple(type_of(parameter) for parameter in inputs if not parameter["indexed"]),
        converters=tuple(_address if parameter["type"] == "address" else None for parameter in inputs),
        quick=_QUICK.get(make),
    )


def _abi_events(contract: Contract) -> Sequence[Mapping[str, Any]]:
    return [item for item in artifacts.load(contract).abi if item["type"] == "event"]


def _topic(item: Mapping[str, Any]) -> bytes:
    return keccak256(signature_of(item).encode())


def _address(lower_case: str) -> str:
    return addresses.from_bytes(bytes.fromhex(lower_case[2:]))


def _refused(code: str, contract: Contract, position: LogPosition) -> Refused:
    return Refused(code, contract=contract.value, block=position.block_number, index=position.log_index)
