"""Checks a proof: every rule, in order, without I/O and without a clock.

0. Form: a JSON file within the limits, of a version that is known.
1. Consensus: it is of the pinned chain and deployment, and the pinned operator's key signed its head.
2. Header: its hash is the signed one.
3. State root: the contract's account is in the state that the header names, with the pinned code.
4. Word: the tag follows from the opening and is bound to the handle by the registry; what the contract's
   storage holds for it; if anything, the signed batch that wrote it, and the slot of the key that signed.
5. Meaning: what the word says at the time of the head.

Nothing from the file is trusted: chain, addresses, code, slots and operator are the pinned ones. The first
rule that isn't met ends the check.
"""

from __future__ import annotations

from collections.abc import Callable

from ledger.domain.events import Contract
from ledger.domain.proofs import format as proof_format
from ledger.domain.proofs import meaning
from ledger.domain.proofs.checks import Checks, Outcome, Rule, Stopped
from ledger.domain.proofs.format import CertificationBatch, ConsentBatch, Proof, ProofUnreadable, Unreadable
from ledger.domain.proofs.meaning import Meaning
from ledger.domain.proofs.pinned import Pinned
from ledger.domain.proofs.proven_state import ProvenState
from ledger.domain.proofs.result import Block, Result, Shown
from ledger.domain.tags import Kind, certification_slot, tag_of
from ledger.encoding import addresses, eip712, entries
from ledger.encoding.hashing import keccak256
from ledger.encoding.rlp_list import decode_list, decode_number
from ledger.encoding.trie import Nodes
from ledger.encoding.types import Address
from ledger.encoding.words import certification, consent, signer
from ledger.errors import LedgerError

Recover = Callable[[bytes, bytes], Address]
"""Whose key made a signature (second) of a digest (first); raises a LedgerError if none did."""

_STATE_ROOT, _NUMBER, _TIMESTAMP = 3, 8, 11  # of the header's fields, yellow paper 4.4
_UNREADABLE = {
    Unreadable.TOO_LARGE: (Rule.SIZE, Outcome.MALFORMED),
    Unreadable.TOO_DEEP: (Rule.DEPTH, Outcome.MALFORMED),
    Unreadable.NOT_THE_FORM: (Rule.FORM, Outcome.MALFORMED),
    Unreadable.VERSION_UNKNOWN: (Rule.VERSION, Outcome.CANNOT_KNOW),
    Unreadable.CHAIN_KIND_UNKNOWN: (Rule.CHAIN_KIND, Outcome.CANNOT_KNOW),
}


def verify(data: bytes, pinned: Pinned, recover: Recover) -> Result:
    """Checks a proof's file against a pinned deployment. Raises nothing, whatever the file holds."""
    checks = Checks()
    try:
        shown = _Verification(_read(data, checks), pinned, recover, checks).run()
    except Stopped as stopped:
        return Result(stopped.outcome, tuple(checks.done))
    known = shown.meaning is not Meaning.UNKNOWN
    return Result(Outcome.HOLDS if known else Outcome.CANNOT_KNOW, tuple(checks.done), shown)


def _read(data: bytes, checks: Checks) -> Proof:
    try:
        proof = proof_format.parse(data)
    except ProofUnreadable as unreadable:
        rule, outcome = _UNREADABLE[unreadable.why]
        raise checks.failed(rule, unreadable.got, unreadable.expected, outcome) from None
    checks.note(Rule.FORM, True, f"{len(data)} bytes", f"{proof_format.FORMAT}, version 1")
    return proof


class _Verification:
    """One proof on its way through steps 1 to 5."""

    def __init__(self, proof: Proof, pinned: Pinned, recover: Recover, checks: Checks) -> None:
        self._chain, self._binding, self._batch = proof.chain, proof.binding, proof.batch
        self._opening_key = proof.opening_key
        self._pinned = pinned
        self._recover_from = recover
        self._checks = checks
        self._nodes = Nodes(proof.chain.nodes)
        self._kind = proof.binding.kind
        self._contract = Contract.CONSENTS if self._kind is Kind.CONSENT else Contract.CERTIFICATIONS

    def run(self) -> Shown:
        """What the proof shows. Raises Stopped at the first rule that isn't met."""
        self._check_consensus()
        block, state = self._check_header()
        storage_root = self._check_account(Rule.CONTRACT, self._contract, state)
        self._check_tag()
        word = self._check_word(state, storage_root)
        address, distrusted = self._check_batch(word, state)
        self._checks.require_equal(Rule.NOTHING_SUPERFLUOUS, self._nodes.unused, 0)
        found = self._read_meaning(word, block, distrusted=distrusted)
        binding = self._binding
        return Shown(
            self._kind,
            binding.organisation,
            binding.handle,
            tuple(binding.parts),
            block,
            word,
            found,
            address,
        )

    # Step 1
    def _check_consensus(self) -> None:
        chain, pinned, checks = self._chain, self._pinned, self._checks
        unknown = Outcome.CANNOT_KNOW
        checks.require_equal(Rule.CHAIN_KIND, chain.kind, pinned.engine, otherwise=unknown)
        checks.require_equal(Rule.CHAIN_ID, chain.id, pinned.chain_id, otherwise=unknown)
        checks.require_equal(Rule.DEPLOYMENT, chain.deployment, pinned.deployment_id, otherwise=unknown)
        head = chain.head
        digest = pinned.statements.head(number=head.number, block_hash=head.hash, time=head.time)
        self._require_operator(Rule.HEAD_SIGNED, digest, head.signature)

    # Step 2
    def _check_header(self) -> tuple[Block, ProvenState]:
        head, checks = self._chain.head, self._checks
        checks.require_equal(Rule.HEADER_HASH, keccak256(self._chain.header), head.hash)
        try:
            fields = decode_list(self._chain.header)
            number, time = decode_number(fields[_NUMBER]), decode_number(fields[_TIMESTAMP])
        except (ValueError, IndexError):
            raise checks.failed(Rule.HEADER_NUMBER, "no header", head.number) from None
        checks.require_equal(Rule.HEADER_NUMBER, number, head.number)
        checks.require(Rule.HEADER_TIME, time <= head.time, time, f"at most {head.time}")
        return Block(number, head.hash, time, head.time), ProvenState(fields[_STATE_ROOT], self._nodes)

    # Step 3, and for Members in step 4
    def _check_account(self, rule: Rule, contract: Contract, state: ProvenState) -> bytes:
        """The contract's storage root."""
        pinned = self._pinned.contracts[contract]
        try:
            storage_root, code_hash = state.account(pinned)
        except ValueError as error:
            raise self._checks.failed(rule, error, f"the account {pinned.address}") from None
        self._checks.require_equal(rule, code_hash, pinned.code_hash)
        return storage_root

    # Step 4
    def _check_tag(self) -> None:
        binding, parts = self._binding, tuple(self._binding.parts)
        try:
            tag = tag_of(self._kind, parts, self._opening_key)
        except LedgerError as error:
            raise self._checks.failed(Rule.TAG, error.code, binding.tag) from None
        self._checks.require_equal(Rule.TAG, tag, binding.tag)
        digest = self._pinned.statements.binding(
            organisation=binding.organisation, handle=binding.handle, kind=binding.kind, parts=parts, tag=tag
        )
        self._require_operator(Rule.BINDING_SIGNED, digest, binding.signature)

    def _check_word(self, state: ProvenState, storage_root: bytes) -> int:
        tag = self._binding.tag
        if self._kind is Kind.CONSENT:
            layout, key = consent.LAYOUT, tag
        else:
            layout, key = certification.LAYOUT, certification_slot(self._binding.parts[0], tag)
        place = self._pinned.contracts[self._contract].storage_key("_slots", key)
        word = self._read_slot(Rule.WORD, state, storage_root, place)
        # Version, revision and recordedAt lie alike in both kinds of word.
        well_formed = word == 0 or (not word & ~layout.used and consent.version(word) == consent.VERSION)
        shown = f"0x{word:064x}" if word else "none"
        self._checks.require(Rule.WORD, well_formed, shown, "a word of version 1, or none")
        return word

    def _check_batch(self, word: int, state: ProvenState) -> tuple[Address | None, bool]:
        """Whose key recorded the word, and whether it was distrusted by then."""
        checks, batch = self._checks, self._batch
        checks.require_equal(Rule.BATCH_PRESENT, _presence(batch is not None), _presence(word != 0))
        if batch is None:
            return None, False
        signed = (self._binding.tag, consent.replace(word, recorded_at=0))
        is_in = entries.is_well_formed(batch.entries) and any(
            (tag, entry) == signed for tag, entry, _ in entries.iterate(batch.entries)
        )
        checks.require(
            Rule.BATCH_ENTRY, is_in, f"{len(batch.entries)} bytes", "an entry of this tag and word"
        )
        members_root = self._check_account(Rule.MEMBERS, Contract.MEMBERS, state)
        address = self._recover(Rule.KEY_REGISTERED, self._batch_digest(batch), batch.signature)
        padded = addresses.to_bytes(address).rjust(32, b"\0")
        place = self._pinned.contracts[Contract.MEMBERS].storage_key("_signers", padded)
        key = self._read_slot(Rule.KEY_REGISTERED, state, members_root, place)
        checks.require(Rule.KEY_REGISTERED, key != 0, address, "a key registered in Members")
        recorded_at = consent.recorded_at(word)
        self._check_authority(key, word, recorded_at)
        return address, 0 < signer.distrusted_since(key) <= recorded_at

    def _check_authority(self, key: int, word: int, recorded_at: int) -> None:
        organisation, start, end = signer.organisation(key), signer.valid_from(key), signer.valid_until(key)
        # A certification's word names who is responsible, who need not be who signed.
        expected = consent.organisation(word) if self._kind is Kind.CONSENT else organisation
        self._checks.require(
            Rule.KEY_AUTHORITY,
            organisation == expected and start <= recorded_at < end,
            f"organisation {organisation}, from {start} until {end}",
            f"organisation {expected}, at {recorded_at}",
        )

    def _batch_digest(self, batch: ConsentBatch | CertificationBatch) -> bytes:
        address = self._pinned.contracts[self._contract].address
        domain = eip712.Domain(self._contract.value, self._pinned.chain_id, address)
        if isinstance(batch, ConsentBatch):
            return eip712.consent_batch_digest(domain, batch.deadline, batch.reviewed, batch.entries)
        programme = self._binding.parts[0]
        return eip712.certification_batch_digest(
            domain, programme, batch.scheme, batch.deadline, batch.entries
        )

    # Step 5
    def _read_meaning(self, word: int, block: Block, *, distrusted: bool) -> Meaning:
        read = meaning.of_consent if self._kind is Kind.CONSENT else meaning.of_certification
        found = read(word, block.stated_at, distrusted=distrusted)
        expected = "a yes by a key that is believed, or anything else"
        self._checks.note(Rule.MEANING, found is not Meaning.UNKNOWN, found, expected)
        return found

    def _read_slot(self, rule: Rule, state: ProvenState, storage_root: bytes, place: bytes) -> int:
        try:
            return state.slot(storage_root, place)
        except ValueError as error:
            raise self._checks.failed(rule, error, "the slot, or that it is empty") from None

    def _require_operator(self, rule: Rule, digest: bytes, signature: bytes) -> None:
        self._checks.require_equal(rule, self._recover(rule, digest, signature), self._pinned.operator)

    def _recover(self, rule: Rule, digest: bytes, signature: bytes) -> Address:
        try:
            return self._recover_from(digest, signature)
        except LedgerError:
            raise self._checks.failed(rule, signature, "a signature that a key made") from None


def _presence(there: bool) -> str:
    return "a batch" if there else "no batch"
