"""Random lives: changes in any order by any organisation, as strategies."""

from __future__ import annotations

from hypothesis import strategies as st

from ledger.domain.changes import (
    CertificationChange,
    Certify,
    ConsentChange,
    GiveConsent,
    HandOver,
    RefuseConsent,
    SetAuthorisation,
    SetDeath,
    SetStatus,
    WithdrawConsent,
)
from ledger.domain.codes import Authorisation, Death, Grantor, Method, Scheme, Status
from ledger.encoding.types import OrganisationId, Timestamp
from tests.samples import (
    COMMUNITY,
    DAY,
    ENGINE,
    HOSPITAL,
    NEIGHBOUR,
    NOW,
    ORGANISATIONS,
    SUBDISTRICT,
)

organisations = st.sampled_from(sorted(ORGANISATIONS)).map(OrganisationId)
moments = st.integers(-40, 5).map(lambda days: Timestamp(NOW + days * DAY))
ends = st.integers(1, 420).map(lambda days: Timestamp(NOW + days * DAY))
# Of a seamless renewal that neither shrinks the window below nor is longer than the longest.
recently = st.integers(-40, 0).map(lambda days: Timestamp(NOW + days * DAY))
in_time = st.integers(30, 250).map(lambda days: Timestamp(NOW + days * DAY))
grantors = st.sampled_from([Grantor.SELF, Grantor.GUARDIAN, Grantor.DELEGATE])

certifications: st.SearchStrategy[CertificationChange] = st.one_of(
    st.builds(Certify, st.just(Scheme.SENIOR), st.sampled_from(Method), moments, ends),
    st.builds(Certify, st.just(Scheme.SEAMLESS), st.just(Method.SIGNALS), moments, ends),
    st.builds(Certify, st.just(Scheme.SEAMLESS), st.just(Method.SIGNALS), recently, in_time),
)
decisions: st.SearchStrategy[CertificationChange] = st.one_of(
    st.builds(SetStatus, st.sampled_from(Status)),
    st.builds(SetDeath, st.sampled_from(Death)),
    st.builds(SetAuthorisation, st.sampled_from(Authorisation)),
    st.builds(HandOver, organisations),
)
certification_changes = st.one_of(certifications, decisions)


def _fitting(change: CertificationChange) -> OrganisationId:
    """An organisation of the samples that this change is usually for."""
    match change:
        case Certify(Scheme.SEAMLESS):
            return OrganisationId(ENGINE)
        case Certify():
            return OrganisationId(COMMUNITY)
        case SetDeath(Death.REPORTED):
            return OrganisationId(HOSPITAL)
        case SetAuthorisation():
            return OrganisationId(NEIGHBOUR)
        case _:
            return OrganisationId(SUBDISTRICT)


def by_anybody(change: CertificationChange) -> st.SearchStrategy[tuple[CertificationChange, OrganisationId]]:
    """The change by whom it is for, or by any other, so that histories get long and still go wrong."""
    return st.tuples(st.just(change), st.one_of(st.just(_fitting(change)), organisations))


CertificationStep = tuple[CertificationChange, OrganisationId]
certification_steps = certification_changes.flatmap(by_anybody)
_renewable: list[CertificationStep] = [
    (
        Certify(Scheme.SENIOR, Method.VISIT, Timestamp(NOW - DAY), Timestamp(NOW + 30 * DAY)),
        OrganisationId(COMMUNITY),
    ),
    (SetAuthorisation(Authorisation.NOTIFIED), OrganisationId(COMMUNITY)),
]
certification_histories = st.builds(
    list.__add__, st.sampled_from([[], _renewable]), st.lists(certification_steps, max_size=12)
)
"""Half of them begin with what a seamless renewal needs, which chance alone seldom brings together."""
consent_changes: st.SearchStrategy[ConsentChange] = st.one_of(
    st.builds(GiveConsent, grantors, moments, ends),
    st.builds(RefuseConsent, grantors),
    st.builds(WithdrawConsent, grantors),
)
