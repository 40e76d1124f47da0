"""What each kind of change makes of a word. Recorders build words with this, rules expect them by it.

All take the word as stored (0 if there is none) and give the word to sign: the next revision, recorded_at 0.
"""

from __future__ import annotations

from ledger.domain.codes import ConsentStatus, Death, Grantor, Scheme, Status
from ledger.encoding.types import Word
from ledger.encoding.words import certification, consent

_SEAMLESS_RUN_LIMIT = 1 << 5


def senior(old: int, *, method: int, valid_from: int, valid_until: int, organisation: int) -> Word:
    """Certified by `organisation`, which becomes responsible if nobody was.

    It clears reserved bits: no record sets them, but an imported word may have them.
    """
    return certification.replace(
        _next_certification(old & certification.LAYOUT.used),
        status=Status.ACTIVE,
        scheme=Scheme.SENIOR,
        method=method,
        senior_seen=1,
        seamless_run=0,
        valid_from=valid_from,
        valid_until=valid_until,
        organisation=certification.organisation(old) or organisation,
    )


def seamless(old: int, *, method: int, valid_from: int, valid_until: int) -> Word:
    """Renewed by the engine. The run wraps round in its five bits, as in the contract, which refuses that."""
    return certification.replace(
        _next_certification(old),
        scheme=Scheme.SEAMLESS,
        method=method,
        seamless_run=(certification.seamless_run(old) + 1) % _SEAMLESS_RUN_LIMIT,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def status(old: int, new_status: int) -> Word:
    """Another status. What was issued in error (REVOKED) leaves no senior certification behind it."""
    word = certification.replace(_next_certification(old), status=new_status)
    return certification.replace(word, senior_seen=0) if new_status == Status.REVOKED else word


def death(old: int, new_death: int, organisation: int) -> Word:
    """A death reported by `organisation`, confirmed, or rescinded."""
    word = certification.replace(_next_certification(old), death=new_death)
    if new_death == Death.REPORTED:
        return certification.replace(word, death_reporter=organisation)
    return certification.replace(word, death_reporter=0) if new_death == Death.NONE else word


def authorisation(old: int, new_authorisation: int, organisation: int) -> Word:
    """Another authorisation for seamless certification, recorded by `organisation`."""
    return certification.replace(
        _next_certification(old), authorisation=new_authorisation, authoriser=organisation
    )


def handover(old: int, successor: int) -> Word:
    """Another organisation is responsible."""
    return certification.replace(_next_certification(old), organisation=successor)


def consent_decision(
    old: int, *, new_status: int, grantor: int, valid_from: int, valid_until: int, organisation: int
) -> Word:
    """A decision recorded by `organisation`; unless the consent is given, the window stays as it was."""
    word = consent.replace(
        old,
        version=consent.VERSION,
        revision=consent.revision(old) + 1,
        recorded_at=0,
        status=new_status,
        grantor=grantor,
        self_decided=consent.self_decided(old) or grantor == Grantor.SELF,
        organisation=organisation,
    )
    if new_status != ConsentStatus.GIVEN:
        return word
    return consent.replace(word, valid_from=valid_from, valid_until=valid_until)


def _next_certification(old: int) -> Word:
    return certification.replace(
        old, version=certification.VERSION, revision=certification.revision(old) + 1, recorded_at=0
    )
