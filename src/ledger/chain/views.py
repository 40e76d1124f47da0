"""What the contracts hold, read at a pinned block."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_abi.exceptions import DecodingError

from ledger.chain.abi import Function, function
from ledger.chain.blocks import malformed
from ledger.chain.rpc import Call, Rpc
from ledger.domain.events import Contract
from ledger.encoding import addresses
from ledger.encoding.hashing import uint256
from ledger.encoding.types import Address, Tag, Word

_WORD = 32
_TAGS_PER_CALL = 2_000
"""About 5 million gas in `words`: under what any node lets a call spend."""


@dataclass(frozen=True, slots=True)
class Head:
    """A contract's running head, 32 bytes, and its count of accepted changes."""

    head: bytes
    count: int


class Views:
    """The contracts' views at one block. `block_hash` has 32 bytes (EIP-1898).

    Raises NodeUnreachable; RpcError also if the node no longer keeps that block's state.
    """

    def __init__(self, rpc: Rpc, contracts: Mapping[Contract, Address], block_hash: bytes) -> None:
        self._rpc = rpc
        self._contracts = contracts
        self._at = {"blockHash": "0x" + block_hash.hex()}

    def heads(self) -> dict[Contract, Head]:
        """Every contract's running head and count."""
        questions = [
            (contract, function(contract, name), ())
            for contract in self._contracts
            for name in ("head", "count")
        ]
        answers = iter(self._ask(questions))
        return {
            contract: Head(head[0], count[0])
            for contract, head, count in zip(self._contracts, answers, answers, strict=True)
        }

    def certification_words(self, programme: int, tags: Sequence[Tag]) -> list[Word]:
        """The words of many subjects in one programme, in the tags' order; 0 for an empty slot."""
        return self._words(Contract.CERTIFICATIONS, tags, uint256(programme))

    def consent_words(self, tags: Sequence[Tag]) -> list[Word]:
        """The words of many consents, in the tags' order; 0 for an empty slot."""
        return self._words(Contract.CONSENTS, tags, b"")

    def organisation_words(self, organisations: Iterable[int]) -> list[Word]:
        """The words of organisations; 0 for one that isn't registered."""
        view = function(Contract.MEMBERS, "organisation")
        return [Word(r[0]) for r in self._ask([(Contract.MEMBERS, view, (o,)) for o in organisations])]

    def signer_words(self, signers: Iterable[Address]) -> list[Word]:
        """The words of signing keys; 0 for one that was never registered."""
        view = function(Contract.MEMBERS, "signer")
        return [Word(r[0]) for r in self._ask([(Contract.MEMBERS, view, (s,)) for s in signers])]

    def programme(self, programme: int) -> tuple[Word, bytes]:
        """A programme's word (0 if it isn't set) and the hash of its rules."""
        word, rules_hash = self._one(Contract.POLICIES, "programme", programme)
        return Word(word), rules_hash

    def enforcer(self) -> str:
        """Which contract keeps the copies of the programmes' limits that count, in lower case."""
        return str(self._one(Contract.POLICIES, "enforcer")[0])

    def enforced_limits(self, programme: int) -> Word:
        """The programme's word as `Certifications` enforces it; 0 if it adopted none."""
        return Word(self._one(Contract.CERTIFICATIONS, "limits", programme)[0])

    def basis(self, basis: int) -> tuple[int, ...]:
        """A statutory basis: provider, consumer, category, purpose, valid from and until (unix seconds);
        zeros if there is none of this id.
        """
        return tuple(self._one(Contract.POLICIES, "basis", basis)[0])

    def tree_head(self, organisation: int, stream: int) -> tuple[int, int, bytes]:
        """A stream's size, when it was recorded (unix seconds), and its root; zeros if it was never
        anchored.
        """
        size, recorded_at, root = self._one(Contract.ANCHORS, "treeHead", organisation, stream)
        return size, recorded_at, root

    def owner(self) -> Address:
        """Who governs."""
        (lower_case,) = self._one(Contract.MEMBERS, "owner")
        return addresses.from_bytes(bytes.fromhex(lower_case[2:]))

    def pending_owner(self) -> Address:
        """Whom governance was offered to, who may take it at any time; zero for nobody."""
        (lower_case,) = self._one(Contract.MEMBERS, "pendingOwner")
        return addresses.from_bytes(bytes.fromhex(lower_case[2:]))

    def stored(self, contract: Contract, slots: Sequence[bytes]) -> list[int]:
        """What a contract's storage slots hold, for what no view tells."""
        address = self._contracts[contract]
        calls: list[Call] = [("eth_getStorageAt", [address, "0x" + slot.hex(), self._at]) for slot in slots]
        try:
            return [int(answer, 16) for answer in self._rpc.batch(calls)]
        except (TypeError, ValueError):
            raise malformed(self._rpc, "eth_getStorageAt", "not a word") from None

    def _words(self, contract: Contract, tags: Sequence[Tag], before: bytes) -> list[Word]:
        """`words(…, bytes32[])` with the arguments `before` the tags, by hand: eth-abi takes 10 µs a word."""
        selector = function(contract, "words").selector + before
        offset = uint256(len(before) + _WORD)
        calls: list[Call] = []
        sizes = []
        for start in range(0, len(tags), _TAGS_PER_CALL):
            part = tags[start : start + _TAGS_PER_CALL]
            data = selector + offset + uint256(len(part)) + b"".join(part)
            calls.append(
                ("eth_call", [{"to": self._contracts[contract], "data": "0x" + data.hex()}, self._at])
            )
            sizes.append(len(part))
        words: list[Word] = []
        for size, answer in zip(sizes, self._rpc.batch(calls), strict=True):
            try:
                raw = bytes.fromhex(answer[2:])
            except (TypeError, ValueError):
                raw = b""
            if raw[: 2 * _WORD] != uint256(_WORD) + uint256(size) or len(raw) != (size + 2) * _WORD:
                raise malformed(self._rpc, "eth_call", f"not {size} words")
            words += [
                Word(int.from_bytes(raw[at : at + _WORD], "big")) for at in range(2 * _WORD, len(raw), _WORD)
            ]
        return words

    def _one(self, contract: Contract, name: str, *arguments: Any) -> tuple[Any, ...]:
        return self._ask([(contract, function(contract, name), arguments)])[0]

    def _ask(self, questions: Sequence[tuple[Contract, Function, tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
        calls: list[Call] = [
            (
                "eth_call",
                [{"to": self._contracts[contract], "data": "0x" + view.call(*arguments).hex()}, self._at],
            )
            for contract, view, arguments in questions
        ]
        try:
            return [
                view.result(bytes.fromhex(answer[2:]))
                for (_, view, _), answer in zip(questions, self._rpc.batch(calls), strict=True)
            ]
        except (DecodingError, TypeError, ValueError):
            raise malformed(self._rpc, "eth_call", "not what the view returns") from None
