"""Deliveries of signals: what is stored, what is not, and what a second time changes."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import coincurve
import pytest
from sqlalchemy import Connection

from ledger.domain import merkle
from ledger.domain.codes import Stream
from ledger.domain.state import TreeHead
from ledger.encoding.signal_statements import SignalStatements
from ledger.errors import BadInput, CannotKnow, Forbidden, NotFound, TooLarge
from ledger.keys import signatures
from ledger.relay.preparing import Preparing
from ledger.relay.registers import Registers
from ledger.relay.stream_anchoring import StreamAnchoring
from ledger.relay.streams import SIGNALS, Standing
from ledger.services.actors import Scope
from ledger.services.certification_requests import CertificationRequest
from tests.installation import PATIENCE, Installation
from tests.seamless import SENIOR_ALLOWANCE
from tests.seamless_city import LAW, DuePerson, agree, deliver, due_person, file_of, line, manifest_of, today

pytestmark = pytest.mark.usefixtures("agreed")


@pytest.fixture(scope="module")
def agreed(installation: Installation) -> None:
    """What the departments report is registered."""
    agree(installation)


def kept(installation: Installation, person: DuePerson) -> list[tuple[str, date]]:
    """Kind and day of what stands about a person."""
    with installation.application.database.read() as conn:
        found = installation.application.signals.kept.read(conn, [person.id]).get(person.id, [])
    return sorted((one.signal.kind, one.signal.occurred_on) for one in found if one.signal.ended_at is None)


def days_ago(installation: Installation, days: int) -> date:
    return today(installation) - timedelta(days=days)


def waiting(installation: Installation, department: str) -> dict[str, str]:
    """Codes of what waits in a department's quarantine, by reference."""
    quarantine, actor = installation.application.signals.quarantine, installation.api_key(department)
    found = []
    while page := quarantine.list(actor, after=found[-1].id if found else 0, limit=200):
        found += page
    return {one.reference: one.code for one in found}


def test_a_delivery_is_stored_and_a_second_time_changes_nothing(installation: Installation) -> None:
    person, on = due_person(installation), days_ago(installation, 20)
    data = file_of([line(person, "bus-card", on)])
    manifest = manifest_of("transport", data)
    signals, actor = installation.application.signals, installation.api_key("transport")
    first = signals.deliveries.deliver(actor, manifest, data)
    assert (first.state, first.counts.stored, dict(first.kinds)) == ("accepted", 1, {"bus-card": 1})
    assert signals.deliveries.deliver(actor, manifest, data) == first
    other = signals.deliveries.deliver(actor, manifest_of("transport", data), data)
    assert (other.counts.stored, other.counts.unchanged) == (0, 1)
    assert kept(installation, person) == [("bus-card", on)]


def test_a_correction_takes_the_place_of_what_was_said_and_a_retraction_takes_it_back(
    installation: Installation,
) -> None:
    person = due_person(installation)
    first, later = days_ago(installation, 60).replace(day=10), days_ago(installation, 60).replace(day=12)
    deliver(installation, "transport", [line(person, "bus-card", first)])
    corrected = deliver(installation, "transport", [line(person, "bus-card", later)])
    assert (corrected.counts.stored, corrected.counts.corrected) == (1, 1)
    assert kept(installation, person) == [("bus-card", later)]
    taken_back = deliver(installation, "transport", [line(person, "bus-card", later, retract=True)])
    assert taken_back.counts.retracted == 1
    assert kept(installation, person) == []


def test_each_line_that_cannot_be_taken_waits_in_quarantine_with_its_reason(
    installation: Installation,
) -> None:
    person, on = due_person(installation), days_ago(installation, 20)
    stranger = DuePerson(installation.number(), "S")
    lines = [
        line(person, "bus-card", on, "q-good"),
        line(person, "bus-card", on, "q-repeated"),
        line(stranger, "bus-card", on, "q-person_unknown"),
        line(person, "tea-house", on, "q-kind_unknown"),
        line(person, "vaccination", on, "q-kind_not_agreed"),
        line(person, "bus-card", days_ago(installation, -1), "q-day_in_future"),
        line(person, "bus-card", days_ago(installation, 430), "q-too_old"),
        line(person, "bus-card", days_ago(installation, 100), "q-nothing_to_retract", retract=True),
    ]
    found = deliver(installation, "transport", lines)
    assert (found.counts.lines, found.counts.stored, found.counts.quarantined) == (8, 1, 7)
    said = {ref: code for ref, code in waiting(installation, "transport").items() if ref.startswith("q-")}
    assert said.pop("q-repeated") == "signal.line_repeated"
    assert said == {ref: f"signal.{ref[2:]}" for ref in said}
    assert len(said) == 6
    assert not set(said) & set(waiting(installation, "health"))


def test_a_line_sent_again_right_settles_itself_and_others_are_dismissed(installation: Installation) -> None:
    person, on = due_person(installation), days_ago(installation, 20)
    wrong = [line(person, kind, on, f"again-{kind}") for kind in ("tea-house", "mah-jong")]
    deliver(installation, "transport", wrong)
    deliver(installation, "transport", [line(person, "bus-card", on, "again-tea-house")])
    assert "again-tea-house" not in waiting(installation, "transport")
    quarantine, actor = installation.application.signals.quarantine, installation.api_key("transport")
    (left,) = [one for one in quarantine.list(actor, limit=200) if one.reference == "again-mah-jong"]
    with pytest.raises(NotFound, match=r"signal\.not_in_quarantine"):
        quarantine.dismiss(installation.api_key("health"), [left.id])
    assert quarantine.dismiss(actor, [left.id]) == 1
    assert "again-mah-jong" not in waiting(installation, "transport")


@pytest.mark.parametrize("how", ["truncated", "altered", "unsigned", "other-key"])
def test_a_file_that_is_not_what_was_signed_is_quarantined_whole_until_it_comes_right(
    installation: Installation, how: str
) -> None:
    person, on = due_person(installation), days_ago(installation, 20)
    data = file_of([line(person, "bus-card", on), line(person, "bus-card", days_ago(installation, 60))])
    manifest = manifest_of("transport", data, f"whole-{how}")
    signals, actor = installation.application.signals, installation.api_key("transport")
    statements = SignalStatements(
        installation.application.deployment.chain_id,
        bytes.fromhex(installation.application.deployment.deployment_id[2:]),
    )
    stranger = signatures.sign(coincurve.PrivateKey(), manifest.digest(statements))
    sent, signature, code = {
        "truncated": (data[: data.index(b"\n") + 1], None, "signal.count_differs"),
        "altered": (data.replace(b"bus-card", b"bus-cart"), None, "signal.root_differs"),
        "unsigned": (data, bytes(65), "signal.signature_wrong"),
        "other-key": (data, stranger, "signal.signature_wrong"),
    }[how]
    refused = signals.deliveries.deliver(actor, manifest, sent, signature=signature)
    assert (refused.state, refused.problem, refused.counts.stored) == ("quarantined", code, 0)
    assert kept(installation, person) == []
    assert waiting(installation, "transport")[f"whole-{how}"] == code
    right = signals.deliveries.deliver(actor, manifest, data)
    assert (right.state, right.counts.stored) == ("accepted", 2)
    assert f"whole-{how}" not in waiting(installation, "transport")


def test_nothing_is_collected_of_who_is_not_due_objected_or_was_not_told(installation: Installation) -> None:
    on = days_ago(installation, 20)
    fresh = due_person(installation)
    installation.application.certify.submit_one(
        installation.worker, CertificationRequest(fresh.ref, method="visit")
    )
    for person in (
        fresh,
        due_person(installation, authorisation="objected"),
        due_person(installation, authorisation=None),
    ):
        found = deliver(installation, "transport", [line(person, "bus-card", on)])
        assert (found.counts.stored, found.counts.not_asked) == (0, 1)
        assert kept(installation, person) == []


def test_a_death_like_signal_is_taken_about_everyone(installation: Installation) -> None:
    person, on = due_person(installation, authorisation="objected"), days_ago(installation, 2)
    deliver(installation, "medical-insurance", [line(person, "insurance-ended", on)])
    assert kept(installation, person) == [("insurance-ended", on)]
    with installation.application.database.write() as conn:
        kept_signals = installation.application.signals.kept
        kept_signals.end_death_signs(conn, SENIOR_ALLOWANCE, person.id)
    assert kept(installation, person) == []


def test_a_department_asks_whom_to_report_about_under_its_own_handles(installation: Installation) -> None:
    person, other = due_person(installation), due_person(installation, authorisation="objected")
    asked = installation.application.signals.asked
    by_health = dict(asked.handles(installation.health, limit=5000))
    assert person.id in by_health
    assert other.id not in by_health
    by_transport = dict(asked.handles(installation.transport, limit=5000))
    assert by_health[person.id] != by_transport[person.id]
    first = asked.handles(installation.health, limit=1)
    following = asked.handles(installation.health, limit=1, after=first[0][0])
    assert [*first, *following] == sorted(by_health.items())[:2]
    on = days_ago(installation, 20)
    handle = by_transport[person.id]
    deliver(installation, "transport", [line(person, "bus-card", on, handle=handle)])
    assert kept(installation, person) == [("bus-card", on)]
    stolen = deliver(installation, "transport", [line(person, "bus-card", on, handle=by_health[person.id])])
    assert stolen.counts.quarantined == 1


def test_old_signals_are_erased_and_their_count_stays(installation: Installation) -> None:
    person, on = due_person(installation), days_ago(installation, 20)
    delivery = deliver(installation, "transport", [line(person, "bus-card", on)])
    signals = installation.application.signals
    with installation.clock.ahead(200 * 86_400), installation.application.database.write() as conn:
        signals.kept.forget_old(conn)
    assert kept(installation, person) == [("bus-card", on)]
    with installation.clock.ahead(450 * 86_400), installation.application.database.write() as conn:
        assert signals.kept.forget_old(conn) >= 1
    assert kept(installation, person) == []
    known = {one.id: one for one in signals.quarantine.deliveries(installation.api_key("transport"))}
    assert dict(known[delivery.id].kinds) == {"bus-card": 1}


def test_a_flow_is_registered_on_chain_with_its_law_and_catalogue_entry(installation: Installation) -> None:
    application = installation.application
    flows = application.signals.flows.list(installation.operator)
    bus = next(one for one in flows if one.kind == "bus-card")
    assert bus.in_force
    basis = next(one for one in application.bases.list() if one.number == bus.basis)
    assert basis.legal_reference == f"{LAW}；catalogue/transport/bus-card"
    assert (basis.terms.provider, basis.terms.consumer) == ("transport", "seamless-engine")
    assert (basis.terms.category, basis.terms.purpose) == ("sign-of-life", "seamless-certification")
    own = application.signals.flows.list(installation.transport)
    assert {one.department for one in own} == {"transport"}
    before = len(application.bases.list())
    agree(installation)
    assert len(application.bases.list()) == before


def test_only_the_departments_own_key_delivers(installation: Installation) -> None:
    data = file_of([])
    deliveries = installation.application.signals.deliveries
    manifest = manifest_of("transport", data)
    with pytest.raises(Forbidden, match=r"signal\.other_department"):
        deliveries.deliver(installation.health, manifest, data)
    with pytest.raises(Forbidden, match="scope_required"):
        deliveries.deliver(installation.api_key("transport", Scope.VERDICT), manifest, data)
    with pytest.raises(Forbidden, match="scope_required"):
        deliveries.deliver(installation.worker, manifest, data)
    with pytest.raises(BadInput, match=r"signal\.period_malformed"):
        deliveries.deliver(installation.transport, replace(manifest, first_month=202612), data)
    with pytest.raises(TooLarge, match=r"signal\.lines_too_many"):
        deliveries.deliver(installation.transport, manifest, b"{}\n" * 50_001)


def anchored(installation: Installation) -> TreeHead | None:
    """The last head of the stream SIGNALS that the index has read."""
    application = installation.application
    with application.database.read() as conn:
        registers = Registers(application.deployment.domains).present(conn)
        standing = SIGNALS.standing(conn)
    assert standing is not None
    return registers.tree_heads.get((standing.organisation, Stream.SIGNALS))


def test_every_accepted_delivery_is_anchored_in_order(installation: Installation) -> None:
    person = due_person(installation)
    deliver(installation, "transport", [line(person, "bus-card", days_ago(installation, 20))])
    database = installation.application.database
    deadline = time.monotonic() + PATIENCE
    while True:
        head = anchored(installation)
        with database.read() as conn:
            leaves = SIGNALS.leaves(conn)
        if head is not None and head.size == len(leaves):
            break
        assert time.monotonic() < deadline, f"{head} of {len(leaves)} deliveries"
        time.sleep(0.1)
    assert head.root == merkle.root(leaves)


def test_a_delivery_that_was_altered_after_it_was_anchored_stops_the_anchoring(
    installation: Installation,
) -> None:
    test_every_accepted_delivery_is_anchored_in_order(installation)
    application = installation.application
    vault = application.access_log._context.vault

    def altered(conn: Connection) -> list[bytes]:
        return [bytes(32), *SIGNALS.leaves(conn)]

    def grown(conn: Connection) -> Standing | None:
        standing = SIGNALS.standing(conn)
        return standing and replace(standing, size=standing.size + 1)

    anchoring = StreamAnchoring(
        application.database,
        vault,
        application.deployment,
        replace(SIGNALS, standing=grown, leaves=altered),
        deadline=60,
        clock=time.time,
    )
    preparing = Preparing(
        application.database,
        vault,
        application.engine,
        chain_id=application.deployment.chain_id,
        clock=time.time,
    )
    with pytest.raises(CannotKnow, match=r"signal\.forked"):
        anchoring.tick(preparing)
