"""Which state may follow which, as tables. What isn't listed is refused."""

from __future__ import annotations

from ledger.domain.codes import Authorisation, ConsentStatus, Death, Method, Status

CERTIFIABLE = frozenset({Status.NONE, Status.ACTIVE, Status.REVOKED, Status.CLOSED})
"""Where a senior certification may start from: a suspension is ended by a reviewer only."""

NOT_SEEN = frozenset({Method.NONE, Method.SIGNALS})
"""No methods of a senior certification: nobody saw the person."""

AUTHORISING = frozenset({Authorisation.NOTIFIED, Authorisation.CONSENTED})
"""On these a seamless certification may stand."""

STATUS = frozenset(
    {
        (Status.ACTIVE, Status.SUSPENDED),
        (Status.ACTIVE, Status.REVOKED),
        (Status.ACTIVE, Status.CLOSED),
        (Status.SUSPENDED, Status.ACTIVE),
        (Status.SUSPENDED, Status.REVOKED),
        (Status.SUSPENDED, Status.CLOSED),
    }
)

DEATH = frozenset(
    {
        (Death.NONE, Death.REPORTED),
        (Death.REPORTED, Death.CONFIRMED),
        (Death.REPORTED, Death.NONE),
        (Death.CONFIRMED, Death.NONE),
    }
)
"""All but a report are for another organisation than the one that reported."""

AUTHORISATION = frozenset(
    {
        (Authorisation.UNSET, Authorisation.NOTIFIED),
        (Authorisation.UNSET, Authorisation.CONSENTED),
        (Authorisation.UNSET, Authorisation.OBJECTED),
        (Authorisation.NOTIFIED, Authorisation.CONSENTED),
        (Authorisation.NOTIFIED, Authorisation.OBJECTED),
        (Authorisation.CONSENTED, Authorisation.OBJECTED),
        (Authorisation.OBJECTED, Authorisation.CONSENTED),
    }
)
"""A notice never overrules an objection."""

CONSENT = frozenset(
    {
        (ConsentStatus.NONE, ConsentStatus.GIVEN),
        (ConsentStatus.NONE, ConsentStatus.REFUSED),
        (ConsentStatus.GIVEN, ConsentStatus.GIVEN),
        (ConsentStatus.GIVEN, ConsentStatus.WITHDRAWN),
        (ConsentStatus.REFUSED, ConsentStatus.GIVEN),
        (ConsentStatus.WITHDRAWN, ConsentStatus.GIVEN),
        (ConsentStatus.WITHDRAWN, ConsentStatus.REFUSED),
    }
)
