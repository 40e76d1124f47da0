"""People as they are: corrected, moved, merged; and nothing of what was before is lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.domain import months
from ledger.domain.months import Month
from ledger.errors import BadInput, Conflict, Forbidden, LedgerError
from ledger.services.actors import Actor
from ledger.services.facts import FactKind
from ledger.services.references import SubjectRef
from ledger.services.registry.corrections import Correction
from tests.installation import NANQIAO, WENMIAO, Installation
from tests.month_work import an_open_month, certified, line_of, pass_on

DOCUMENT = "ab" * 32


def correction(subject_id: str, kind: FactKind, value: dict[str, str], **others: Any) -> Correction:
    known = {"version": 0, "reason": "本人申请", **others}
    return Correction(SubjectRef(id=subject_id), kind=kind, value=value, **known)


def correct(installation: Installation, actor: Actor, *given: Any, **others: Any) -> int:
    return installation.application.corrections.correct(actor, correction(*given, **others))


def known(
    installation: Installation, subject_id: str, kind: FactKind, actor: Actor | None = None
) -> list[Any]:
    page = installation.application.lookup.subject(actor or installation.worker, subject_id)
    return [fact for fact in page.facts if fact.kind == kind]


def test_a_correction_keeps_what_was_before_and_who_when_and_why(installation: Installation) -> None:
    subject = certified(installation, date(2024, 3, 1), name="陈玉珍")
    version = correct(installation, installation.worker, subject, FactKind.NAME, {"name": "陈玉贞"})
    history = installation.application.corrections.history(installation.worker, SubjectRef(id=subject))
    (change,) = history.changes
    assert (history.version, version, change.kind, change.reason) == (1, 1, "name", "本人申请")
    assert (change.before, change.after) == (({"name": "陈玉珍"},), {"name": "陈玉贞"})
    assert (change.actor, change.organisation) == ("nanqiao", NANQIAO)
    assert [fact.value["name"] for fact in known(installation, subject, FactKind.NAME)] == [
        "陈玉珍",
        "陈玉贞",
    ]


def test_two_who_edit_the_same_person_see_each_other(installation: Installation) -> None:
    subject = certified(installation, date(2024, 3, 1))
    correct(installation, installation.worker, subject, FactKind.BUILDING, {"building": "3栋"})
    with pytest.raises(Conflict, match=r"person\.changed_meanwhile") as refused:
        correct(installation, installation.reviewer, subject, FactKind.BUILDING, {"building": "5栋"})
    assert refused.value.params == {"seen": 0, "present": 1}
    correct(installation, installation.reviewer, subject, FactKind.BUILDING, {"building": "5栋"}, version=1)


def test_a_corrected_birth_year_pays_what_was_due_and_needs_a_document(installation: Installation) -> None:
    month = an_open_month(installation)
    born = date(months.first_day(month).year - 99, 1, 1)
    subject = certified(installation, months.day(Month(month - 3), 5), born=born)
    installation.settle()
    value = {"date": f"{born.year - 5}-01-01"}
    for actor, others in (
        (installation.worker, {"evidence": (DOCUMENT,)}),
        (installation.reviewer, {"evidence": ()}),
    ):
        with pytest.raises(LedgerError, match=r"role_required|evidence_needed"):
            correct(installation, actor, subject, FactKind.BIRTH_DATE, value, was_wrong=True, **others)
    before = line_of(installation, month, subject)
    correct(
        installation,
        installation.reviewer,
        subject,
        FactKind.BIRTH_DATE,
        value,
        was_wrong=True,
        evidence=(DOCUMENT,),
    )
    line = line_of(installation, month, subject)
    assert before is not None
    assert line is not None
    assert (before.amount, line.amount) == (10000, 30000)


def test_a_new_number_finds_the_same_person_and_a_taken_one_is_refused(installation: Installation) -> None:
    subject = certified(installation, date(2024, 3, 1))
    old = known(installation, subject, FactKind.IDENTITY_NUMBER)[0].value["number"]
    new, others = installation.number(), certified(installation, date(2024, 3, 1))
    proven = {"evidence": (DOCUMENT,)}
    correct(installation, installation.reviewer, subject, FactKind.IDENTITY_NUMBER, {"number": new}, **proven)
    resolve = installation.application.lookup.resolve
    assert resolve(installation.worker, new) == resolve(installation.worker, old) == subject
    with pytest.raises(Conflict, match="number_taken"):
        correct(
            installation, installation.reviewer, others, FactKind.IDENTITY_NUMBER, {"number": new}, **proven
        )


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (FactKind.COMMUNITY, {"community": WENMIAO}, "person.kind_unknown"),
        (FactKind.NAME, {"title": "x"}, "person.field_unknown"),
        (FactKind.CONTACT, {"phone": "none", "relationship": "self"}, "person.phone_malformed"),
        (FactKind.RESIDENCE, {"kind": "moon", "address": ""}, "person.choice_unknown"),
        (FactKind.PAYING_DIVISION, {"division": "别处"}, "person.division_malformed"),
        (FactKind.NAME, {"name": " "}, "name_needed"),
    ],
)
def test_what_cannot_be_is_refused(
    installation: Installation, kind: FactKind, value: dict[str, str], code: str
) -> None:
    subject = certified(installation, date(2024, 3, 1))
    with pytest.raises(BadInput, match=code):
        correct(installation, installation.worker, subject, kind, value)
    assert (
        installation.application.corrections.history(installation.worker, SubjectRef(id=subject)).changes
        == ()
    )


def test_couples_share_a_phone_and_somebody_may_have_none_or_live_abroad(installation: Installation) -> None:
    phone = {"phone": "13800000000", "owner": "", "relationship": "self"}
    wife, husband = (certified(installation, date(2024, 3, 1)) for _ in range(2))
    correct(installation, installation.worker, wife, FactKind.CONTACT, phone)
    spouse = {**phone, "relationship": "spouse"}
    correct(installation, installation.worker, husband, FactKind.CONTACT, spouse)
    (shared,) = known(installation, husband, FactKind.CONTACT)
    assert shared.value == spouse
    correct(
        installation,
        installation.worker,
        husband,
        FactKind.CONTACT,
        {"phone": "", "owner": "", "relationship": "self"},
        version=1,
        replaces=shared.id,
    )
    assert [one for one in known(installation, husband, FactKind.CONTACT) if one.valid_until is None] == []
    correct(
        installation,
        installation.worker,
        wife,
        FactKind.RESIDENCE,
        {"kind": "abroad", "address": "随子女居住"},
        version=1,
    )


def test_a_move_is_offered_and_accepted_and_the_person_is_on_one_list_each_month(
    installation: Installation,
) -> None:
    month = an_open_month(installation)
    subject = certified(installation, months.day(Month(month - 3), 5), name="郑小兰")
    installation.settle()
    moves = installation.application.moves
    reference = SubjectRef(id=subject)
    move = moves.offer(
        installation.worker,
        reference,
        WENMIAO,
        reason="随女儿居住",
        effective_on=months.day(month, 15),
        register_moves=True,
    )
    with pytest.raises(Conflict, match="offered_already"):
        moves.offer(installation.worker, reference, WENMIAO, reason="x")
    with pytest.raises(Forbidden, match="not_yours"):
        moves.accept(installation.worker, move)
    offers = [one for one in moves.list(installation.other_worker) if one.subject_id == subject]
    assert [(one.name, one.origin, one.reason) for one in offers] == [("郑小兰", NANQIAO, "随女儿居住")]
    moves.accept(installation.other_worker, move)
    installation.settle()
    with pytest.raises(Conflict, match=r"move\.decided"):
        moves.accept(installation.other_worker, move)
    with pytest.raises(Forbidden, match="not_yours"):
        installation.application.lookup.subject(installation.worker, subject)
    assert installation.application.lookup.subject(installation.other_worker, subject).community == WENMIAO
    assert line_of(installation, month, subject) is not None
    assert line_of(installation, month, subject, WENMIAO) is None
    pass_on(installation, month)
    following = an_open_month(installation)
    assert line_of(installation, following, subject) is None
    line = line_of(installation, following, subject, WENMIAO)
    assert line is not None
    assert (line.amount, line.differences) == (5000, ())
    state = installation.application.lookup.verdict(installation.other_worker, reference)
    assert state.verdict in {"VALID", "DUE", "GRACE", "EXPIRED"}


def test_a_register_that_moved_away_is_paid_by_the_other_place(installation: Installation) -> None:
    month = an_open_month(installation)
    subject = certified(installation, months.day(Month(month - 3), 5))
    installation.settle()
    pass_on(installation, month)
    following = an_open_month(installation)
    elsewhere = {"division": "510182001001"}
    on = months.day(Month(month - 1), 20)
    correct(installation, installation.worker, subject, FactKind.PAYING_DIVISION, elsewhere, on=on)
    line = line_of(installation, following, subject)
    assert line is not None
    assert (line.amount, line.total, line.reason, line.change) == (0, -5000, "paid_elsewhere", "left")
    assert [one.cause for one in line.differences] == ["moved_late"]


def test_two_entries_become_one_and_what_was_paid_twice_is_taken_back(installation: Installation) -> None:
    month = an_open_month(installation)
    one, other = (certified(installation, months.day(Month(month - 3), 5)) for _ in range(2))
    numbers = [
        known(installation, each, FactKind.IDENTITY_NUMBER)[0].value["number"] for each in (one, other)
    ]
    installation.settle()
    paid = line_of(installation, month, other)
    pass_on(installation, month)
    merging = installation.application.merging
    with pytest.raises(Forbidden, match="role_required"):
        merging.merge(installation.worker, SubjectRef(id=one), SubjectRef(id=other), "同一人")
    merging.merge(installation.reviewer, SubjectRef(id=one), SubjectRef(id=other), "同一人")
    installation.settle()
    resolve = installation.application.lookup.resolve
    assert {resolve(installation.worker, number) for number in numbers} == {one}
    with pytest.raises(Forbidden, match="not_yours"):
        installation.application.lookup.subject(installation.worker, other)
    following = an_open_month(installation)
    line = line_of(installation, following, one)
    assert line is not None
    assert paid is not None
    assert (line.amount, line.total) == (5000, 5000 - paid.total)
    assert line_of(installation, following, other) is None
