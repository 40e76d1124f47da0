"""The reducer: the state as the fold of the logs, and what it finds wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from ledger.domain import next_words, reducer
from ledger.domain.codes import Authorisation, ConsentStatus, Death, Grantor, Method, Role, Scheme, Stream
from ledger.domain.events import (
    BatchRefused,
    Contract,
    CountedEvent,
    OrganisationChanged,
    Sealed,
    SignerDistrusted,
    TreeHeadAnchored,
    WordsImported,
)
from ledger.domain.recording import REMEMBERED_PAIRS
from ledger.domain.rules import Refusal
from ledger.domain.state import TreeHead
from ledger.domain.tags import certification_slot
from ledger.encoding.types import Digest
from ledger.encoding.words import certification
from tests.samples import (
    COMMUNITY,
    COUNTY,
    DAY,
    ENGINE,
    HOSPITAL,
    NEIGHBOUR,
    NOW,
    ORGANISATIONS,
    PROGRAMME,
    RECORD_HASH,
    SUBDISTRICT,
    YEAR,
    Ledger,
    address,
    packed,
    tag,
)


@pytest.fixture
def city() -> Ledger:
    return Ledger.of_the_city()


def senior(old: int = 0, by: int = COMMUNITY, method: int = Method.VISIT) -> int:
    return next_words.senior(
        old, method=method, valid_from=NOW - DAY, valid_until=NOW - DAY + YEAR, organisation=by
    )


def given(
    old: int = 0, by: int = COMMUNITY, status: int = ConsentStatus.GIVEN, grantor: int = Grantor.SELF
) -> int:
    return next_words.consent_decision(
        old, new_status=status, grantor=grantor, valid_from=NOW, valid_until=NOW + YEAR, organisation=by
    )


def refusals(violations: list[reducer.Violation]) -> list[Refusal]:
    return [violation.refusal for violation in violations]


def as_stored(word: int, time: int = NOW) -> int:
    return certification.replace(word, recorded_at=time)


def test_a_batch_is_stored_with_the_blocks_time(city: Ledger) -> None:
    words = {tag(n): senior() for n in range(5)}
    assert city.apply(city.certification_batch(COMMUNITY, words)) == []
    assert city.state.certifications == {PROGRAMME: {name: as_stored(word) for name, word in words.items()}}


def test_one_batch_may_hold_several_revisions_of_a_tag(city: Ledger) -> None:
    first = senior()
    second = senior(as_stored(first))
    assert city.apply(city.certification_batch(COMMUNITY, [(tag(1), first), (tag(1), second)])) == []
    assert city.state.certifications[PROGRAMME][tag(1)] == as_stored(second)


def test_recorded_says_what_a_batch_changes_before_it_is_applied(city: Ledger) -> None:
    first = senior()
    city.apply(city.certification_batch(COMMUNITY, {tag(1): first}))
    city.time += DAY
    old = city.state.certifications[PROGRAMME][tag(1)]
    second = senior(old)
    third = senior(second)
    batch = city.certification_batch(COMMUNITY, [(tag(1), second), (tag(2), first), (tag(1), third)])
    at = city.time
    assert reducer.recorded(city.state, batch) == [
        (0, tag(1), old, as_stored(second, at), RECORD_HASH),
        (1, tag(2), 0, as_stored(first, at), RECORD_HASH),
        (2, tag(1), as_stored(second, at), as_stored(third, at), RECORD_HASH),
    ]
    assert city.state.certifications[PROGRAMME] == {tag(1): old}


def test_recorded_says_what_a_consent_batch_changes(city: Ledger) -> None:
    batch = city.consent_batch(COMMUNITY, {tag(1): given()})
    assert reducer.recorded(city.state, batch) == [(0, tag(1), 0, as_stored(given()), RECORD_HASH)]


def test_every_refused_entry_is_found_by_itself_and_recorded_as_the_log_says(city: Ledger) -> None:
    good, skipped = senior(), certification.replace(senior(), revision=5)
    unseen = senior(method=Method.SIGNALS)
    batch = city.certification_batch(COMMUNITY, {tag(1): good, tag(2): skipped, tag(3): unseen, tag(4): good})
    assert refusals(city.apply(batch)) == [
        Refusal("RevisionNotNext", (1, tag(2), 5, 1)),
        Refusal("MethodNotAllowed", (2, tag(3), Method.SIGNALS)),
    ]
    assert city.state.certifications[PROGRAMME][tag(2)] == as_stored(skipped)


def test_a_case_accepted_before_is_still_checked_for_revision_and_untouched_fields(city: Ledger) -> None:
    old = as_stored(senior())
    city.apply(city.certification_batch(COMMUNITY, {tag(n): senior() for n in range(3)}))
    renewed = senior(old)
    stale = senior()
    meddling = certification.replace(renewed, authorisation=Authorisation.OBJECTED)
    batch = city.certification_batch(COMMUNITY, {tag(0): renewed, tag(1): stale, tag(2): meddling})
    assert refusals(city.apply(batch)) == [
        Refusal("RevisionNotNext", (1, tag(1), 1, 2)),
        Refusal("WordNotExpected", (2, tag(2), meddling, renewed)),
    ]


def test_what_was_accepted_is_forgotten_when_the_registers_change(city: Ledger) -> None:
    assert city.apply(city.certification_batch(COMMUNITY, {tag(1): senior()})) == []
    city.members(OrganisationChanged, COMMUNITY, SUBDISTRICT, int(Role.RECORDER), True)
    batch = city.certification_batch(COMMUNITY, {tag(2): senior()})
    missing = Refusal("RoleMissing", (0, tag(2), COMMUNITY, Role.RECORDER, Role.CERTIFIER))
    assert refusals(city.apply(batch)) == [missing]


def test_the_memory_of_accepted_cases_is_bounded(city: Ledger) -> None:
    pairs = city.state.accepted.setdefault((PROGRAMME, Scheme.SENIOR, COMMUNITY), set())
    pairs |= {(number, 0) for number in range(REMEMBERED_PAIRS)}
    assert city.apply(city.certification_batch(COMMUNITY, {tag(1): senior(), tag(2): senior()})) == []
    assert len(pairs) == REMEMBERED_PAIRS


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"signer": address(77)}, Refusal("SignerUnknown", (address(77),))),
        ({"deadline": NOW - 1}, Refusal("DeadlinePassed", (NOW - 1, NOW))),
        ({"programme": 9}, Refusal("ProgrammeUnknown", (9,))),
        ({"organisation": NEIGHBOUR}, Refusal("OrganisationNotSigners", (NEIGHBOUR, COMMUNITY))),
        ({"scheme": 3}, Refusal("SchemeUnknown", (3,))),
        ({"entries": bytes(95)}, Refusal("EntriesMalformed", (95,))),
    ],
)
def test_a_batch_that_the_contract_would_have_refused_is_found(
    city: Ledger, changed: dict[str, Any], expected: Refusal
) -> None:
    batch = city.certification_batch(COMMUNITY, {tag(1): senior()}, **changed)
    assert refusals(city.apply(batch))[0] == expected


def test_malformed_entries_change_nothing(city: Ledger) -> None:
    batch = city.certification_batch(COMMUNITY, {tag(1): senior()}, entries=bytes(95))
    assert reducer.recorded(city.state, batch) == []
    city.apply(batch)
    consents = city.consent_batch(COMMUNITY, {tag(1): given()}, entries=b"")
    assert refusals(city.apply(consents)) == [Refusal("EntriesMalformed", (0,))]
    assert not any(city.state.certifications.values())
    assert not city.state.consents


def test_a_distrusted_keys_batch_is_found(city: Ledger) -> None:
    assert city.members(SignerDistrusted, address(COMMUNITY), NOW - DAY) == []
    batch = city.certification_batch(COMMUNITY, {tag(1): senior()})
    assert Refusal("SignerDistrusted", (address(COMMUNITY), NOW - DAY)) in refusals(city.apply(batch))


def test_a_life_through_every_kind_of_batch(city: Ledger) -> None:
    def record(by: int, scheme: int, word: int) -> None:
        assert city.apply(city.certification_batch(by, {tag(1): word}, scheme)) == []
        city.time += 1

    def now() -> int:
        return city.state.certifications[PROGRAMME][tag(1)]

    record(COMMUNITY, Scheme.SENIOR, senior())
    record(COMMUNITY, Scheme.NONE, next_words.authorisation(now(), Authorisation.NOTIFIED, COMMUNITY))
    until = certification.valid_until(now())
    renewed = next_words.seamless(
        now(), method=Method.SIGNALS, valid_from=until - 200 * DAY, valid_until=until + DAY
    )
    assert certification.valid_from(renewed) > NOW
    city.time = until - 100 * DAY
    record(ENGINE, Scheme.SEAMLESS, renewed)
    record(SUBDISTRICT, Scheme.NONE, next_words.handover(now(), NEIGHBOUR))
    record(HOSPITAL, Scheme.NONE, next_words.death(now(), Death.REPORTED, HOSPITAL))
    record(COUNTY, Scheme.NONE, next_words.death(now(), Death.CONFIRMED, COUNTY))
    assert certification.unpack(now()) == {
        "version": 1,
        "status": 1,
        "death": Death.CONFIRMED,
        "senior_seen": 1,
        "seamless_run": 1,
        "scheme": Scheme.SEAMLESS,
        "method": Method.SIGNALS,
        "authorisation": Authorisation.NOTIFIED,
        "revision": 6,
        "valid_from": until - 200 * DAY,
        "valid_until": until + DAY,
        "recorded_at": city.time - 1,
        "organisation": NEIGHBOUR,
        "death_reporter": HOSPITAL,
        "authoriser": COMMUNITY,
    }


# --- consents ---


def test_consents_are_stored_by_tag(city: Ledger) -> None:
    assert city.apply(city.consent_batch(COMMUNITY, {tag(1): given(), tag(2): given()})) == []
    assert city.state.consents == {tag(1): as_stored(given()), tag(2): as_stored(given())}


def test_a_guardians_withdrawal_of_the_persons_grant_needs_a_reviewed_batch(city: Ledger) -> None:
    city.apply(city.consent_batch(COMMUNITY, {tag(1): given(), tag(2): given()}))
    withdrawn = given(given(), status=ConsentStatus.WITHDRAWN, grantor=Grantor.GUARDIAN)
    alone = city.consent_batch(COMMUNITY, {tag(1): withdrawn})
    assert refusals(city.apply(alone)) == [Refusal("ReviewMissing", (0, tag(1), Grantor.GUARDIAN))]
    reviewed = city.consent_batch(COMMUNITY, {tag(2): withdrawn}, reviewed=True, review=bytes(65))
    assert city.apply(reviewed, recovered=address(SUBDISTRICT)) == []


def test_a_review_by_the_recorder_or_a_stranger_is_found(city: Ledger) -> None:
    for reviewer, expected in [
        (COUNTY, Refusal("ReviewerIsRecorder", (COUNTY,))),
        (77, Refusal("SignerUnknown", (address(77),))),
    ]:
        batch = city.consent_batch(COUNTY, {tag(reviewer): given(by=COUNTY)}, reviewed=True, review=bytes(65))
        assert refusals(city.apply(batch, recovered=address(reviewer))) == [expected]


def test_a_reviewed_batch_needs_the_recovered_reviewer(city: Ledger) -> None:
    batch = city.consent_batch(COMMUNITY, {tag(1): given()}, reviewed=True, review=bytes(65))
    with pytest.raises(ValueError, match="recovered from its review"):
        city.apply(batch)


# --- anchors, journals, migration ---


def tree_head(
    city: Ledger, size: int, organisation: int = COUNTY, stream: int = Stream.ACCESS_LOG
) -> TreeHeadAnchored:
    return TreeHeadAnchored(
        city.position(),
        Contract.ANCHORS,
        city.number(Contract.ANCHORS),
        organisation,  # type: ignore[arg-type]
        stream,
        size,
        tag(size),
        city.time,
        bytes(65),
    )


def test_a_stream_belongs_to_its_organisation_and_only_grows(city: Ledger) -> None:
    mine = address(COUNTY)
    assert city.apply(tree_head(city, 5), recovered=mine) == []
    assert city.state.tree_heads == {(COUNTY, Stream.ACCESS_LOG): TreeHead(5, tag(5), NOW)}  # type: ignore[arg-type]
    assert refusals(city.apply(tree_head(city, 5), recovered=mine)) == [Refusal("SizeNotGrown", (5, 5))]
    theirs = address(ENGINE)
    of_other = Refusal("SignerOfOther", (theirs, ENGINE, COUNTY))
    assert refusals(city.apply(tree_head(city, 6), recovered=theirs)) == [of_other]
    unknown = tree_head(city, 1, stream=5)
    assert refusals(city.apply(unknown, recovered=mine)) == [Refusal("StreamUnknown", (5,))]


def test_a_tree_head_is_refused_after_its_deadline_and_from_strangers(city: Ledger) -> None:
    late = tree_head(city, 5)
    city.time += 1
    late = type(late)(
        city.position(), late.contract, late.number, late.organisation, 1, 5, late.root, NOW, late.signature
    )
    passed = Refusal("DeadlinePassed", (NOW, NOW + 1))
    assert refusals(city.apply(late, recovered=address(COUNTY))) == [passed]
    stranger = Refusal("SignerUnknown", (address(77),))
    assert refusals(city.apply(tree_head(city, 6), recovered=address(77))) == [stranger]


def test_a_tree_head_needs_its_recovered_signer(city: Ledger) -> None:
    with pytest.raises(ValueError, match="recovered from its signature"):
        city.apply(tree_head(city, 5))


def test_a_missing_log_is_found_once(city: Ledger) -> None:
    skipped = city.certification_batch(COMMUNITY, {tag(1): senior()}, number=3)
    assert refusals(city.apply(skipped)) == [Refusal("NumberNotNext", (3, 1))]
    assert city.apply(city.certification_batch(COMMUNITY, {tag(2): senior()})) == []


@pytest.mark.parametrize("contract", [Contract.CERTIFICATIONS, Contract.CONSENTS])
def test_a_sealed_contract_records_nothing_any_more(city: Ledger, contract: Contract) -> None:
    head = city.state.journals[contract].head
    assert city.plain(Sealed, contract, address(5), head) == []
    batch: CountedEvent = city.certification_batch(COMMUNITY, {tag(1): senior()})
    if contract is Contract.CONSENTS:
        batch = city.consent_batch(COMMUNITY, {tag(1): given()})
    assert refusals(city.apply(batch)) == [Refusal("JournalNotOpen", (2,))]


def test_a_seal_names_the_head_before_it(city: Ledger) -> None:
    violations = city.plain(Sealed, Contract.CERTIFICATIONS, address(5), tag(1))
    assert refusals(violations) == [Refusal("HeadNotOurs", (tag(1), bytes(32)))]


def test_a_successor_records_only_after_its_import(city: Ledger) -> None:
    journal = city.state.journals[Contract.CERTIFICATIONS]
    journal.awaited = 2
    early = city.certification_batch(COMMUNITY, {tag(3): senior()})
    assert refusals(city.apply(early)) == [Refusal("JournalNotOpen", (1,))]
    old = as_stored(senior())
    slots = [certification_slot(PROGRAMME, tag(n)) for n in (1, 2)]
    for slot in slots:
        assert city.plain(WordsImported, Contract.CERTIFICATIONS, (slot,), (old,)) == []
    assert journal.awaited == 0
    assert city.state.imported == dict.fromkeys(slots, old)

    renewed = senior(old)
    batch = city.certification_batch(COMMUNITY, {tag(1): renewed})
    assert reducer.recorded(city.state, batch)[0].old == old
    assert city.apply(batch) == []
    assert city.state.imported == {slots[1]: old}
    assert city.state.certifications[PROGRAMME][tag(1)] == as_stored(renewed)


def test_imported_consents_are_found_by_their_tag(city: Ledger) -> None:
    city.state.journals[Contract.CONSENTS].awaited = 1
    old = as_stored(given())
    assert city.plain(WordsImported, Contract.CONSENTS, (tag(1),), (old,)) == []
    withdrawn = given(old, status=ConsentStatus.WITHDRAWN)
    assert city.apply(city.consent_batch(COMMUNITY, {tag(1): withdrawn})) == []


def test_an_import_where_none_is_awaited_or_of_a_key_twice_is_found(city: Ledger) -> None:
    city.state.journals[Contract.CONSENTS].awaited = 2
    twice = city.plain(WordsImported, Contract.CONSENTS, (tag(1), tag(1)), (1, 1))
    assert refusals(twice) == [Refusal("ImportKeyTwice", (tag(1),))]
    none = city.plain(WordsImported, Contract.CERTIFICATIONS, (), ())
    assert refusals(none) == [Refusal("ImportNotOpen"), Refusal("ImportEmpty")]
    more = city.plain(WordsImported, Contract.CONSENTS, (tag(2),), (1,))
    assert refusals(more) == [Refusal("ImportNotOpen")]


def test_a_refused_batch_leaves_no_trace_in_the_state(city: Ledger) -> None:
    journals = {name: (journal.count, journal.head) for name, journal in city.state.journals.items()}
    assert city.apply(BatchRefused(city.position(), Contract.CONSENTS, 0, Digest(bytes(32)), b"")) == []
    assert journals == {name: (journal.count, journal.head) for name, journal in city.state.journals.items()}


def test_an_event_that_no_contract_has_is_an_error(city: Ledger) -> None:
    @dataclass(frozen=True, slots=True)
    class Unheard(CountedEvent):
        pass

    with pytest.raises(TypeError, match="no digest is defined for Unheard"):
        city.apply(Unheard(city.position(), Contract.MEMBERS, 1))


def test_the_city_of_the_samples_is_registered_without_a_violation(city: Ledger) -> None:
    assert city.state.organisations.keys() == ORGANISATIONS.keys()
    assert city.state.journals[Contract.MEMBERS].count == 2 * len(ORGANISATIONS)


def test_entries_of_the_samples_are_well_formed() -> None:
    assert len(packed({tag(1): 1, tag(2): 2})) == 2 * 96
