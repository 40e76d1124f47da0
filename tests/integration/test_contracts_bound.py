"""The bindings against the real contracts: what goes out is recorded, what comes back is what went out."""

from __future__ import annotations

import secrets
import time

import pytest

from ledger.chain import gas
from ledger.chain.bindings import calls
from ledger.chain.bindings.calls import SignedCertifications, SignedConsents
from ledger.chain.bindings.errors import decode_error
from ledger.chain.blocks import Receipt, block_at, block_of_hash, blocks_at, head, receipts
from ledger.chain.logs import events_between, events_of_block
from ledger.chain.rpc import RpcError
from ledger.chain.simulation import simulate
from ledger.chain.transactions import sign_transaction
from ledger.chain.views import Views
from ledger.domain.changes import Certify, GiveConsent, apply_certification, apply_consent
from ledger.domain.codes import Grantor, Method, Scheme
from ledger.domain.digests import EMPTY_HEAD, event_digest, next_head
from ledger.domain.events import (
    BatchRefused,
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    CountedEvent,
    SignerDistrusted,
    TreeHeadAnchored,
)
from ledger.encoding import eip712, entries
from ledger.encoding.types import OrganisationId, RecordHash, Tag, Timestamp, Word
from ledger.encoding.words import certification
from ledger.encoding.words.signer import distrusted_since
from ledger.errors import Refused
from ledger.keys.signatures import recover
from ledger.keys.vault import GOVERNANCE, RELAYER, organisation_key
from tests.chain import COMMUNITY, DEPARTMENT, NEIGHBOUR, PROGRAMME, SUBDISTRICT, DeployedChain

NOW = int(time.time())
DEADLINE = NOW + 86_400


def certification_batch(
    deployed: DeployedChain, count: int, *, signer: int = COMMUNITY, deadline: int = DEADLINE
) -> tuple[SignedCertifications, list[Tag]]:
    """`count` first records of fresh tags, signed by an organisation."""
    change = Certify(Scheme.SENIOR, Method.VISIT, Timestamp(NOW - 86_400), Timestamp(NOW + 86_400 * 300))
    word = apply_certification(Word(0), change, OrganisationId(signer))
    tags = [Tag(secrets.token_bytes(32)) for _ in range(count)]
    packed = entries.pack((tag, word, RecordHash(secrets.token_bytes(32))) for tag in tags)
    domain = deployed.deployment.domains[Contract.CERTIFICATIONS]
    digest = eip712.certification_batch_digest(domain, PROGRAMME, Scheme.SENIOR, deadline, packed)
    signature = deployed.vault.sign_digest(organisation_key(signer), digest)
    return SignedCertifications(PROGRAMME, Scheme.SENIOR, deadline, packed, signature), tags


def send(deployed: DeployedChain, contract: Contract, data: bytes, gas_limit: int, nonce: int = 0) -> Receipt:
    signed = sign_transaction(
        deployed.vault,
        RELAYER,
        chain_id=deployed.deployment.chain_id,
        nonce=nonce,
        to=deployed.deployment.addresses[contract],
        data=data,
        gas=gas_limit,
    )
    rpc = deployed.engine.rpc
    assert rpc.call("eth_sendRawTransaction", "0x" + signed.raw.hex()) == "0x" + signed.hash.hex()
    deployed.engine.seal()
    (receipt,) = receipts(rpc, [signed.hash])
    assert receipt is not None
    return receipt


def test_what_is_recorded_comes_back_as_it_was_signed(deployed: DeployedChain) -> None:
    first, tags = certification_batch(deployed, 3)
    second, _ = certification_batch(deployed, 1, signer=NEIGHBOUR)
    data = calls.record_certifications([first, second])
    receipt = send(deployed, Contract.CERTIFICATIONS, data, gas.gas_for_batches(data, [3, 1]))
    assert receipt.succeeded
    rpc, addresses = deployed.engine.rpc, deployed.deployment.addresses
    block = block_of_hash(rpc, receipt.block_hash)
    assert block is not None
    one, two = events_of_block(rpc, addresses, block)
    assert isinstance(one, CertificationsRecorded)
    assert isinstance(two, CertificationsRecorded)
    assert (one.number, two.number) == (1, 2)
    assert (one.programme, one.scheme, one.deadline) == (PROGRAMME, Scheme.SENIOR, DEADLINE)
    assert (one.entries, one.signature) == (first.entries, first.signature)
    assert (one.organisation, two.organisation) == (COMMUNITY, NEIGHBOUR)
    digest = event_digest(deployed.deployment.domains, one)
    assert recover(digest, one.signature) == one.signer
    assert one.signer == deployed.vault.address(organisation_key(COMMUNITY))
    assert one.position.block_hash == block.hash
    assert one.position.transaction_hash == receipt.transaction_hash
    stored = Views(rpc, addresses, block.hash).certification_words(PROGRAMME, [*tags, Tag(bytes(32))])
    signed = [word for _, word, _ in entries.unpack(first.entries)]
    assert stored == [certification.replace(word, recorded_at=block.time) for word in signed] + [0]


def test_a_refused_batch_is_reported_and_harms_no_other(deployed: DeployedChain) -> None:
    good, _ = certification_batch(deployed, 2)
    stale, tags = certification_batch(deployed, 1, deadline=NOW - 3600)
    unfit, _ = certification_batch(deployed, 1, signer=DEPARTMENT)
    data = calls.record_certifications([stale, good, unfit])
    receipt = send(deployed, Contract.CERTIFICATIONS, data, gas.gas_for_batches(data, [1, 2, 1]))
    assert receipt.succeeded
    block = block_of_hash(deployed.engine.rpc, receipt.block_hash)
    assert block is not None
    first, recorded, last = events_of_block(deployed.engine.rpc, deployed.deployment.addresses, block)
    assert isinstance(first, BatchRefused)
    assert isinstance(recorded, CertificationsRecorded)
    assert isinstance(last, BatchRefused)
    assert (first.index, last.index, first.contract) == (0, 2, Contract.CERTIFICATIONS)
    assert decode_error(first.reason).name == "DeadlinePassed"
    assert decode_error(first.reason).arguments["deadline"] == NOW - 3600
    refusal = decode_error(last.reason)
    assert (refusal.name, refusal.index) == ("RoleMissing", 0)
    assert recorded.entries == good.entries
    words = Views(deployed.engine.rpc, deployed.deployment.addresses, block.hash)
    assert words.certification_words(PROGRAMME, tags) == [0]


def test_consents_and_tree_heads_come_back_as_they_were_signed(deployed: DeployedChain) -> None:
    word = apply_consent(
        Word(0),
        GiveConsent(Grantor.SELF, Timestamp(NOW - 60), Timestamp(NOW + 86_400)),
        OrganisationId(COMMUNITY),
    )
    tag = Tag(secrets.token_bytes(32))
    packed = entries.pack([(tag, word, RecordHash(bytes(32)))])
    domains, vault = deployed.deployment.domains, deployed.vault
    digest = eip712.consent_batch_digest(domains[Contract.CONSENTS], DEADLINE, False, packed)
    signature = vault.sign_digest(organisation_key(COMMUNITY), digest)
    data = calls.record_consents([SignedConsents(DEADLINE, False, packed, signature, b"")])
    receipt = send(deployed, Contract.CONSENTS, data, gas.gas_for_batches(data, [1]))
    rpc, addresses = deployed.engine.rpc, deployed.deployment.addresses
    block = block_of_hash(rpc, receipt.block_hash)
    assert block is not None
    (event,) = events_of_block(rpc, addresses, block)
    assert isinstance(event, ConsentsRecorded)
    assert (event.entries, event.reviewed, event.review) == (packed, False, b"")
    assert Views(rpc, addresses, block.hash).consent_words([tag]) != [0]

    root = secrets.token_bytes(32)
    head_digest = eip712.tree_head_digest(
        domains[Contract.ANCHORS], organisation=COMMUNITY, stream=1, size=7, root=root, deadline=DEADLINE
    )
    data = calls.anchor(
        organisation=COMMUNITY,
        stream=1,
        size=7,
        root=root,
        deadline=DEADLINE,
        signature=vault.sign_digest(organisation_key(COMMUNITY), head_digest),
    )
    receipt = send(deployed, Contract.ANCHORS, data, 500_000, nonce=1)
    block = block_of_hash(rpc, receipt.block_hash)
    assert block is not None
    (anchored,) = events_of_block(rpc, addresses, block)
    assert isinstance(anchored, TreeHeadAnchored)
    assert (anchored.organisation, anchored.stream, anchored.size, anchored.root) == (COMMUNITY, 1, 7, root)
    assert Views(rpc, addresses, block.hash).tree_head(COMMUNITY, 1) == (7, block.time, root)


def test_heads_replayed_from_all_logs_are_those_of_the_contracts(deployed: DeployedChain) -> None:
    batch, _ = certification_batch(deployed, 5)
    data = calls.record_certifications([batch])
    send(deployed, Contract.CERTIFICATIONS, data, gas.gas_for_batches(data, [5]))
    rpc, addresses = deployed.engine.rpc, deployed.deployment.addresses
    newest = head(rpc)
    events, headers = events_between(rpc, addresses, deployed.deployment.first_block, newest.number)
    replayed = dict.fromkeys(Contract, EMPTY_HEAD)
    counts = dict.fromkeys(Contract, 0)
    for event in events:
        assert isinstance(event, CountedEvent)
        digest = event_digest(deployed.deployment.domains, event)
        replayed[event.contract] = next_head(replayed[event.contract], digest)
        counts[event.contract] = event.number
    held = Views(rpc, addresses, newest.hash).heads()
    assert {contract: (h.head, h.count) for contract, h in held.items()} == {
        contract: (replayed[contract], counts[contract]) for contract in Contract
    }
    assert {event.position.block_number for event in events} == {header.number for header in headers}


@pytest.mark.parametrize("sizes", [[1], [1000], [400] * 5, [1] * 100])
def test_the_computed_gas_suffices_for_first_records(deployed: DeployedChain, sizes: list[int]) -> None:
    batches = [certification_batch(deployed, size)[0] for size in sizes]
    data = calls.record_certifications(batches)
    receipt = send(deployed, Contract.CERTIFICATIONS, data, gas.gas_for_batches(data, sizes))
    assert receipt.succeeded
    block = block_of_hash(deployed.engine.rpc, receipt.block_hash)
    assert block is not None
    events = events_of_block(deployed.engine.rpc, deployed.deployment.addresses, block)
    assert [type(event) for event in events] == [CertificationsRecorded] * len(sizes)


def test_the_computed_gas_suffices_when_every_batch_is_refused(deployed: DeployedChain) -> None:
    batches = [certification_batch(deployed, 400, signer=DEPARTMENT)[0] for _ in range(5)]
    data = calls.record_certifications(batches)
    receipt = send(deployed, Contract.CERTIFICATIONS, data, gas.gas_for_batches(data, [400] * 5))
    assert receipt.succeeded
    block = block_of_hash(deployed.engine.rpc, receipt.block_hash)
    assert block is not None
    events = events_of_block(deployed.engine.rpc, deployed.deployment.addresses, block)
    assert [type(event) for event in events] == [BatchRefused] * 5


def test_a_simulation_says_what_the_contract_would(deployed: DeployedChain) -> None:
    good, _ = certification_batch(deployed, 2)
    unfit, _ = certification_batch(deployed, 2, signer=DEPARTMENT)
    to = deployed.deployment.addresses[Contract.CERTIFICATIONS]
    data = [calls.record_certification_batch(batch) for batch in (good, unfit)]
    passed, refused = simulate(deployed.engine.rpc, to, data, at_time=NOW)
    assert passed is None
    assert refused is not None
    assert refused.name == "RoleMissing"
    (late,) = simulate(deployed.engine.rpc, to, data[:1], at_time=DEADLINE + 1)
    assert late is not None
    assert str(late) == f"DeadlinePassed(deadline={DEADLINE}, blockTime={DEADLINE + 1})"


def test_governance_hears_the_contracts_reason(deployed: DeployedChain) -> None:
    with pytest.raises(Refused, match=r"contract_refused\(error=VersionNotNext\(programme=1, got=7"):
        deployed.governance.set_programme(
            PROGRAMME,
            version=7,
            active=True,
            seamless_limit=3,
            longest_senior=1,
            longest_seamless=1,
            rules_hash=bytes(32),
        )


def test_governance_changes_what_the_views_say(deployed: DeployedChain) -> None:
    governance, rpc = deployed.governance, deployed.engine.rpc
    signer = deployed.vault.address(organisation_key(COMMUNITY))
    (event,) = governance.distrust_signer(signer, NOW - 60)
    assert isinstance(event, SignerDistrusted)
    basis = governance.add_basis(
        provider=SUBDISTRICT,
        consumer=DEPARTMENT,
        category=1,
        purpose=1,
        valid_from=NOW,
        valid_until=NOW + 86_400,
        legal_reference="a law, article 1",
    )
    assert basis == 1
    governance.change_organisation(NEIGHBOUR, parent=SUBDISTRICT, roles=1, active=False)
    views = Views(rpc, deployed.deployment.addresses, head(rpc).hash)
    assert views.owner() == deployed.vault.address(GOVERNANCE)
    assert views.programme(PROGRAMME)[0] != 0
    assert views.programme(99) == (0, bytes(32))
    (signer_word, nobody) = views.signer_words([signer, deployed.deployment.addresses[Contract.MEMBERS]])
    assert distrusted_since(signer_word) == NOW - 60
    assert nobody == 0
    assert views.organisation_words([99]) == [0]


def test_blocks_that_are_not_there_are_none(deployed: DeployedChain) -> None:
    rpc = deployed.engine.rpc
    newest = head(rpc)
    assert block_at(rpc, newest.number) == newest
    assert block_at(rpc, newest.number + 1) is None
    assert block_of_hash(rpc, bytes(32)) is None
    assert blocks_at(rpc, [newest.number, newest.number + 1]) == [newest, None]
    assert receipts(rpc, [bytes(32)]) == [None]
    with pytest.raises(RpcError):
        Views(rpc, deployed.deployment.addresses, bytes(32)).heads()
