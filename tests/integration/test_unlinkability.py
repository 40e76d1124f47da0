"""Departments and the chain together tell no more of a person than the published bound (docs/privacy.md)."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from ledger.chain.blocks import head
from ledger.chain.logs import events_between
from ledger.domain.tags import certification_tag, consent_tag
from ledger.relay.forming import Formed
from ledger.relay.submitter import Submitter
from ledger.services.actors import Actor
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.references import SubjectRef
from ledger.store import operations
from tests import attacker
from tests.attacker import Score
from tests.installation import SUBDISTRICT, Installation, open_installation

CROWD = 60
DEATHS = (20, 19, 1)
"""How many die in each window; whoever dies alone is known by it."""
PROGRAMME = 1
_SLACK = 8
"""Right guesses above the bound that chance alone gives once in 10,000 runs (Poisson, mean 3: 11 or more)."""


@dataclass
class Ledger:
    """What happened, as the attacker has it, and the truth to judge by."""

    certifications: Sequence[attacker.Entry]
    consents: Sequence[attacker.Entry]
    people: list[str]
    """Subject ids, in the order of their enrolment."""
    handles: dict[str, dict[str, str]] = field(default_factory=dict)
    """By department: its handles by subject id."""
    opened: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """By department: the tags of the consents that it holds openings of, by handle."""
    own: dict[str, bytes] = field(default_factory=dict)
    """The certification tag of each, by subject id."""
    dead: list[list[str]] = field(default_factory=list)
    """Who died in each window, in the order of the obituaries."""


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Sixty people certified in one window, each with a consent for each of two departments, then deaths."""
    patch = pytest.MonkeyPatch()
    with open_installation(tmp_path_factory.mktemp("crowd")) as installation, patch.context() as patched:
        yield _act(installation, patched)


def _act(installation: Installation, patched: pytest.MonkeyPatch) -> Ledger:
    application, forming = installation.application, Submitter.form
    people = [installation.enrol(name=f"老人{chr(0x4E00 + number)}") for number in range(CROWD)]

    def together(*acts: object) -> None:
        """All of it is accepted before any of it goes to the chain, as within one `batch_age`."""
        with patched.context() as held:
            held.setattr(Submitter, "form", lambda _: Formed())
            for act in acts:
                act()  # type: ignore[operator]
        patched.setattr(Submitter, "form", forming)
        installation.settle()

    def certify(person: SubjectRef, action: Action, actor: Actor) -> object:
        method = "visit" if action is Action.CERTIFY else None
        request = CertificationRequest(subject=person, action=action, method=method)
        return lambda: application.certify.submit_one(actor, request)

    def consent(person: SubjectRef, department: str) -> object:
        terms = ConsentTuple(SUBDISTRICT, department, "mobility", "home-care")
        return lambda: application.consents.give(installation.worker, person, terms)

    together(*(certify(person, Action.CERTIFY, installation.worker) for person in people))
    together(*(consent(person, to) for person in people for to in ("health", "transport")))
    rest = list(people)
    windows = [[rest.pop() for _ in range(count)] for count in DEATHS]
    for window in windows:
        together(*(certify(person, Action.REPORT_DEATH, installation.worker) for person in window))
    return _gathered(installation, people, windows)


def _gathered(
    installation: Installation, people: Sequence[SubjectRef], windows: Sequence[Sequence[SubjectRef]]
) -> Ledger:
    application = installation.application
    rpc = application.engine.rpc
    events, _ = events_between(rpc, application.deployment.addresses, 0, head(rpc).number)
    context = application.data._context
    found = Ledger(*attacker.chain(events), people=[])
    numbers = {str(person.identity_number): person for person in people}
    ids: dict[str, str] = {}
    with context.database.read() as conn:
        for number, person in numbers.items():
            known = application.data._people.find(conn, installation.worker, person)
            ids[number] = known.id
            found.people.append(known.id)
            found.own[known.id] = certification_tag(known.keys.subject_key, PROGRAMME).tag
            (given, other) = sorted(
                (one for one in operations.of_subject(conn, known.id) if one.kind == "consent"),
                key=lambda one: one.accepted_at,
            )
            keys = known.keys.subject_key
            for department, one in (("health", given), ("transport", other)):
                organisation = getattr(installation, department).organisation
                tag = consent_tag(keys, *_numbers(organisation)).tag
                assert tag == one.tag
                found.opened.setdefault(department, {})[known.id] = tag
    for department in ("health", "transport"):
        key: Actor = getattr(installation, department)
        resolved = [bound.handle for bound in application.handles.resolve(key, list(numbers)) if bound]
        found.handles[department] = {
            ids[number]: str(handle) for number, handle in zip(numbers, resolved, strict=True)
        }
        tags = found.opened[department]
        found.opened[department] = {
            found.handles[department][subject_id]: tag for subject_id, tag in tags.items()
        }
    found.dead = [[ids[str(person.identity_number)] for person in window] for window in windows]
    return found


def _numbers(consumer: int) -> tuple[int, int, int, int]:
    return 2, consumer, 3, 2  # the subdistrict; mobility; home-care


def judge(ledger: Ledger, way: str, guessed: dict[str, str]) -> Score:
    """How many handles of the health department were joined to the transport department's of the same
    person."""
    truth = {
        ledger.handles["health"][subject_id]: ledger.handles["transport"][subject_id]
        for subject_id in ledger.people
    }
    right = sum(truth[handle] == other for handle, other in guessed.items())
    bound = attacker.allowed(ledger.opened["health"].values(), ledger.consents)
    return Score(way, len(guessed), right, bound)


def test_two_departments_have_nothing_in_common(ledger: Ledger) -> None:
    health, transport = ledger.handles["health"].values(), ledger.handles["transport"].values()
    assert not set(health) & set(transport)
    parts = {handle[start : start + 8] for handle in health for start in range(1, 25)}
    assert not any(handle[start : start + 8] in parts for handle in transport for start in range(1, 25))
    tags = [set(opened.values()) for opened in ledger.opened.values()]
    assert not tags[0] & tags[1]
    assert not (tags[0] | tags[1]) & set(ledger.own.values())


def test_no_batch_holds_two_tags_of_one_person(ledger: Ledger) -> None:
    batches: dict[int, set[bytes]] = {}
    for entry in ledger.consents:
        batches.setdefault(entry.batch, set()).add(entry.tag)
    for subject_id in ledger.people:
        own = {
            ledger.opened[department][ledger.handles[department][subject_id]]
            for department in ("health", "transport")
        }
        assert all(len(own & tags) <= 1 for tags in batches.values())


def test_departments_that_conspire_do_no_better_than_the_bound(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = ledger.opened["health"], ledger.opened["transport"]
    scores = [
        judge(
            ledger, "two departments, place in batch", attacker.join_by_place(ours, theirs, ledger.consents)
        ),
        judge(ledger, "two departments, order of tags", attacker.join_by_tag(ours, theirs)),
        judge(
            ledger,
            "two departments, batches in common",
            attacker.join_by_revisions(ours, theirs, ledger.consents),
        ),
    ]
    _publish(capsys, scores)
    assert all(score.guesses == CROWD and score.right <= score.bound + _SLACK for score in scores)


def test_an_obituary_list_names_no_more_than_the_bound(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    named = attacker.name_the_dead(ledger.dead, ledger.certifications)
    right = sum(ledger.own[subject_id] == tag for subject_id, tag in named.items())
    score = Score("obituaries, window of the report", len(named), right, bound=float(len(DEATHS)))
    _publish(capsys, [score])
    assert score.guesses == sum(DEATHS)
    assert score.right <= score.bound + _SLACK
    (alone,) = ledger.dead[-1]
    assert named[alone] == ledger.own[alone], "whoever dies alone in a window is known: the bound says so"


def test_the_attacker_would_find_a_leak(ledger: Ledger) -> None:
    """A ledger that kept the order of acceptance would be read by the same attacks."""
    order = {subject_id: number for number, subject_id in enumerate(ledger.people)}
    ours, theirs = ledger.opened["health"], ledger.opened["transport"]
    leaking = [
        attacker.Entry(opened[ledger.handles[department][subject_id]], 0, batch, order[subject_id], 0)
        for batch, (department, opened) in enumerate((("health", ours), ("transport", theirs)))
        for subject_id in ledger.people
    ]
    found = judge(ledger, "leak", attacker.join_by_place(ours, theirs, leaking))
    assert found.right == CROWD


def _publish(capsys: pytest.CaptureFixture[str], scores: Sequence[Score]) -> None:
    with capsys.disabled():
        for score in scores:
            sys.stdout.write(f"\n  {score}")
