"""The elder's statement: all that concerns her, nobody's name but her own, and only to whom she lets."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import pytest

from ledger.domain.access import check as rules
from ledger.domain.access import qr
from ledger.domain.access.proof import Path
from ledger.domain.programmes import DAY
from ledger.encoding.canonical import canonical_json
from ledger.errors import BadInput, Forbidden
from ledger.services.actors import Actor, Role
from ledger.services.certify import Action, CertificationRequest
from ledger.services.consents import ConsentTuple
from ledger.services.data import DataRequest
from ledger.services.references import SubjectRef
from ledger.store import access_log, access_tree
from ledger.store.access_log import Entry
from tests.installation import NANQIAO, SUBDISTRICT, Installation

SCAN = sha256(b"a scanned mandate").hexdigest()
HOME_CARE = ConsentTuple(SUBDISTRICT, "health", "mobility", "home-care")


def person_with_a_story(installation: Installation) -> tuple[SubjectRef, str]:
    """Certified, with a consent, asked about once with and once without success; and the subject id."""
    application, person = installation.application, installation.enrol(name="王秀英")
    application.certify.submit_one(
        installation.worker, CertificationRequest(subject=person, action=Action.CERTIFY, method="visit")
    )
    given = application.consents.give(installation.worker, person, HOME_CARE)
    installation.settle()
    handle = installation.handle(installation.health, person)
    for category in ("mobility", "residence"):
        request = DataRequest(str(handle), category, "home-care")
        application.data.read(lambda _: installation.health, request)
    return person, given.subject_id


def family(installation: Installation, login: str) -> Actor:
    return installation.user(login, Role.FAMILY, NANQIAO)


def mandate(installation: Installation, person: SubjectRef, reader: str, days: int = 30) -> Any:
    return installation.application.mandates.give(
        installation.worker,
        person,
        reader=reader,
        valid_until=installation.application.data._context.now() + days * DAY,
        evidence=[SCAN],
    )


def test_it_says_what_happened_who_asked_and_what_they_got(installation: Installation) -> None:
    person, subject_id = person_with_a_story(installation)
    found = installation.application.statements.of(installation.worker, person)
    assert (found.subject_id, found.name) == (subject_id, "王秀英")
    assert [(line.action, line.method, line.organisation) for line in found.certifications] == [
        ("certify", "visit", NANQIAO)
    ]
    assert found.states[0].verdict == "VALID"
    assert [(one.terms, one.status) for one in found.consents] == [(HOME_CARE, "given")]
    asked = [
        (line.organisation, line.action, line.category, line.purpose, line.granted, line.reason)
        for page in found.pages
        for line in page.requests
    ]
    assert ("health", "data", "mobility", "home-care", True, "consent") in asked
    assert ("health", "data", "residence", "home-care", False, "no_basis") in asked
    again = installation.application.statements.of(installation.worker, person)
    assert again.pages[0].requests[0].action == "statement"


def test_no_workers_name_or_id_is_in_it(installation: Installation) -> None:
    person, _ = person_with_a_story(installation)
    found = installation.application.statements.of(installation.worker, person)
    codes = [found.code, *(page.code for page in found.pages)]
    said = json.dumps(asdict(found), ensure_ascii=False) + "".join(
        proof.model_dump_json() for code in codes for proof in qr.decode(code)
    )
    for actor in (installation.worker, installation.reviewer, installation.health):
        assert actor.id not in said
        assert f'"{actor.name}"' not in said


def test_every_sheets_code_holds_its_entries_as_the_log_has_them(installation: Installation) -> None:
    person, subject_id = person_with_a_story(installation)
    application = installation.application
    found = application.statements.of(installation.worker, person)
    for page in found.pages:
        proofs = qr.decode(page.code)
        assert [proof.index for proof in proofs] == [line.index for line in page.requests]
        with application.database.read() as conn:
            size, root = access_tree.head(conn)
            for proof in proofs:
                path = access_tree.inclusion(conn, proof.index, size)
                full = proof.model_copy(update={"tree": Path(organisation=1, size=size, path=path)})
                checked = rules.check(full, lambda _: {}, {(1, size): root})
                assert [one.holds for one in checked] == [True, True], checked
                assert proof.subject is not None
                assert proof.subject.id == subject_id
    (issued,) = qr.decode(found.code)
    said = asdict(found)
    del said["digest"], said["code"]
    assert issued.entry.detail == {"digest": sha256(canonical_json(said)).hexdigest()}
    with pytest.raises(BadInput, match="no_code"):
        qr.decode(found.code[:-8])
    with pytest.raises(BadInput, match="no_code"):
        qr.decode("LS9:" + found.code)


def test_family_reads_it_only_while_a_mandate_lasts(
    installation: Installation, request: pytest.FixtureRequest
) -> None:
    person, subject_id = person_with_a_story(installation)
    statements = installation.application.statements
    son, own = family(installation, "son"), SubjectRef(id=subject_id)
    with pytest.raises(Forbidden, match="not_yours"):
        statements.of(son, own)
    given = mandate(installation, person, "son")
    assert statements.of(son, own).subject_id == subject_id
    assert installation.application.mandates.readable(son) == [subject_id]
    with pytest.raises(Forbidden, match="not_yours"):
        statements.of(family(installation, "stranger"), own)
    with pytest.raises(Forbidden, match="role_required"):
        installation.application.lookup.subject(son, subject_id)
    request.getfixturevalue("paused")
    with installation.ahead(31 * DAY), pytest.raises(Forbidden, match="not_yours"):
        statements.of(son, own)
    revoked = installation.application.mandates.revoke(installation.worker, given.id)
    assert not revoked.in_force
    with pytest.raises(Forbidden, match="not_yours"):
        statements.of(son, own)


def test_a_mandate_needs_paper_a_reader_and_an_end(installation: Installation) -> None:
    person = installation.enrol()
    family(installation, "daughter")
    mandates, now = installation.application.mandates, installation.application.data._context.now()
    with pytest.raises(BadInput, match="mandate_needed"):
        mandates.give(installation.worker, person, reader="daughter", valid_until=now + DAY, evidence=[])
    with pytest.raises(BadInput, match="reader_unknown"):
        mandates.give(installation.worker, person, reader="nanqiao", valid_until=now + DAY, evidence=[SCAN])
    with pytest.raises(BadInput, match="valid_until_out_of_range"):
        mandate(installation, person, "daughter", days=3000)
    with pytest.raises(Forbidden, match="not_yours"):
        mandates.give(
            installation.other_worker, person, reader="daughter", valid_until=now + DAY, evidence=[SCAN]
        )


def test_what_a_law_keeps_secret_waits_and_is_counted_for_auditors(installation: Installation) -> None:
    person, subject_id = person_with_a_story(installation)
    application, now = installation.application, installation.application.data._context.now()
    before, _ = application.statements.withheld(installation.auditor)
    entries = [
        Entry(
            at=float(now),
            actor="ak",
            organisation_id=1,
            subject_id=subject_id,
            action="data",
            outcome="PERMIT:statutory_basis",
            secret_until=until,
        )
        for until in (now + DAY, now - DAY)
    ]
    with application.database.write() as conn:
        first = access_log.append(conn, entries)
    shown = {
        line.index
        for page in application.statements.of(installation.worker, person).pages
        for line in page.requests
    }
    assert first not in shown
    assert first + 1 in shown
    count, soonest = application.statements.withheld(installation.auditor)
    assert count == before + 1
    assert soonest is not None
    assert soonest <= now + DAY
    with pytest.raises(Forbidden, match="role_required"):
        application.statements.withheld(installation.worker)
