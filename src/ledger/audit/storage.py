"""Steps 9 and 10: what the logs add up to against what the contracts hold at the pinned block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice

from ledger.audit.findings import Code, Finding, Findings, Where, shown
from ledger.audit.result import Counts
from ledger.chain.views import Head, Views
from ledger.domain.events import Contract
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import LedgerState
from ledger.encoding.hashing import keccak256, uint256
from ledger.encoding.types import Tag, Word
from ledger.encoding.words import journal, signer

_TAGS_AT_ONCE = 20_000
_BASES_AT = 160
"""Where the number of statutory bases stands in its slot, after an address."""


class Comparison:
    """Compares what the logs add up to with what the contracts hold."""

    _views: Views

    def __init__(
        self,
        state: LedgerState,
        slots: Mapping[Contract, Mapping[str, int]],
        findings: Findings,
        counts: Counts,
        progress: Callable[[int, int], None],
    ) -> None:
        self._state = state
        self._slots = slots
        self._findings = findings
        self._counts = counts
        self._progress = progress

    def compare_heads(self, heads: Mapping[Contract, Head]) -> set[Contract]:
        """Step 9: counts and running heads. Returns the contracts whose logs are not those they took in."""
        differing = set()
        for contract, held in heads.items():
            journal = self._state.journals[contract]
            if (journal.count, journal.head) == (held.count, held.head):
                continue
            where = Where(contract=str(contract))
            if journal.count != held.count:
                self._find(Code.COUNT_DIFFERS, where, held.count, journal.count)
            else:
                self._find(Code.HEAD_DIFFERS, where, held.head, journal.head)
            differing.add(contract)
        return differing

    def compare_state(self, views: Views, unjudged: Collection[Contract]) -> None:
        """Step 10: every word and every entry of a register that the logs name."""
        self._views = views
        for contract in Contract:
            if contract not in unjudged:
                self._journal(contract)
        for contract, compare in (
            (Contract.MEMBERS, self._members),
            (Contract.POLICIES, self._policies),
            (Contract.ANCHORS, self._anchors),
            (Contract.CERTIFICATIONS, self._certifications),
            (Contract.CONSENTS, self._consents),
        ):
            if contract not in unjudged:
                compare()

    def _journal(self, contract: Contract) -> None:
        """Whether the contract takes records, which no view tells: only its storage does."""
        ours = self._state.journals[contract]
        expected = journal.SEALED if ours.sealed else journal.IMPORTING if ours.awaited else journal.OPEN
        (word,) = self._views.stored(contract, [uint256(self._slots[contract]["_journal"])])
        where = Where(contract=str(contract))
        self._same(Code.JOURNAL_DIFFERS, where, journal.state(word), expected, "state")

    def _keys(self, where: Where) -> None:
        """The lists of organisations' keys, which get an organisation's roles when these change."""
        mapping = uint256(self._slots[Contract.MEMBERS]["_keys"])
        for number in self._state.organisations:
            expected = sorted(
                address.lower()
                for address, word in self._state.signers.items()
                if signer.organisation(word) == number
            )
            at = keccak256(uint256(number) + mapping)
            first = int.from_bytes(keccak256(at), "big")
            slots = [at, *(uint256(first + place) for place in range(len(expected)))]
            size, *held = self._views.stored(Contract.MEMBERS, slots)
            got = [size, *sorted(f"0x{key:040x}" for key in held)]
            self._same(Code.KEY_DIFFERS, where, got, [len(expected), *expected], f"keys of {number}")

    def _members(self) -> None:
        state, views = self._state, self._views
        where = Where(contract=str(Contract.MEMBERS))
        self._same(Code.OWNER_DIFFERS, where, views.owner().lower(), state.owner.lower())
        if (pending := views.pending_owner()) != ZERO_ADDRESS:
            expected = "no transfer that isn't taken up"
            self._findings.add(Finding(Code.OWNER_PENDING, where, pending, expected))
        held = views.organisation_words(state.organisations)
        for (number, word), got in zip(state.organisations.items(), held, strict=True):
            self._same(Code.ORGANISATION_DIFFERS, where, got, word, f"organisation {number}")
        held = views.signer_words(state.signers)
        for (address, word), got in zip(state.signers.items(), held, strict=True):
            self._same(Code.KEY_DIFFERS, where, got, word, address)
        self._keys(where)

    def _policies(self) -> None:
        where = Where(contract=str(Contract.POLICIES))
        enforcer = self._views.enforcer().lower()
        self._same(Code.ENFORCER_DIFFERS, where, enforcer, self._state.enforcer.lower())
        for number, word in self._state.programmes.items():
            expected = (word, self._state.rules_hashes[number])
            got = self._views.programme(number)
            self._same(Code.PROGRAMME_DIFFERS, where, got, expected, f"programme {number}")
        (word,) = self._views.stored(Contract.POLICIES, [uint256(self._slots[Contract.POLICIES]["bases"])])
        self._same(Code.BASIS_DIFFERS, where, word >> _BASES_AT, len(self._state.bases), "number of bases")
        for number, basis in self._state.bases.items():
            fields = (
                basis.provider,
                basis.consumer,
                basis.category,
                basis.purpose,
                basis.valid_from,
                basis.valid_until,
            )
            self._same(Code.BASIS_DIFFERS, where, self._views.basis(number), fields, f"basis {number}")

    def _anchors(self) -> None:
        where = Where(contract=str(Contract.ANCHORS))
        for (organisation, stream), head in self._state.tree_heads.items():
            got = self._views.tree_head(organisation, stream)
            expected = (head.size, head.recorded_at, head.root)
            of = f"organisation {organisation}, stream {stream}"
            self._same(Code.TREE_HEAD_DIFFERS, where, got, expected, of)

    def _certifications(self) -> None:
        where = Where(contract=str(Contract.CERTIFICATIONS))
        for number, limits in self._state.programmes.items():
            # Without limits nothing is recorded: a programme that was not adopted yet does no harm.
            held = self._views.enforced_limits(number)
            self._same(Code.LIMITS_DIFFER, where, held, limits if held else 0, f"programme {number}")
        for programme, words in self._state.certifications.items():
            for tags in _slices(words):
                stored = self._views.certification_words(programme, tags)
                self._same_words(Code.CERTIFICATION_DIFFERS, Contract.CERTIFICATIONS, tags, stored, words)

    def _consents(self) -> None:
        words = self._state.consents
        for tags in _slices(words):
            held = self._views.consent_words(tags)
            self._same_words(Code.CONSENT_DIFFERS, Contract.CONSENTS, tags, held, words)

    def _same_words(
        self, code: Code, contract: Contract, tags: Sequence[Tag], held: Sequence[Word], words: dict[Tag, int]
    ) -> None:
        expected = [words[tag] for tag in tags]
        if held != expected:
            for tag, got, word in zip(tags, held, expected, strict=True):
                if got != word:
                    self._find(code, Where(contract=str(contract), tag=shown(tag)), got, word)
        self._counts.states += len(tags)
        self._progress(self._counts.states, self._total())

    def _same(self, code: Code, where: Where, got: object, expected: object, of: str | None = None) -> None:
        self._counts.states += 1
        if got != expected:
            self._findings.add(Finding(code, where, _values(got), _values(expected), rule=of))

    def _find(self, code: Code, where: Where, got: bytes | int, expected: bytes | int) -> None:
        self._findings.add(Finding(code, where, shown(got), shown(expected)))

    def _total(self) -> int:
        state = self._state
        return (
            2
            + len(state.organisations)
            + len(state.signers)
            + 2 * len(state.programmes)
            + len(state.bases)
            + len(state.tree_heads)
            + sum(map(len, state.certifications.values()))
            + len(state.consents)
        )


def _slices(words: dict[Tag, int]) -> Iterator[list[Tag]]:
    tags = iter(words)
    while part := list(islice(tags, _TAGS_AT_ONCE)):
        yield part


def _values(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(_values, value))
    return shown(value) if isinstance(value, bytes | int | str) else str(value)
