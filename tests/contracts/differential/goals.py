"""What is wanted of one entry: to be refused by a name, or to try one step of a state machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from ledger.domain.codes import Authorisation, ConsentStatus, Death, Status
from ledger.encoding.words import certification, consent


@dataclass(frozen=True)
class Goal:
    """`refusal` by name; None to try the step `before` → `after` of `kind`, be it allowed or not."""

    kind: str = ""
    refusal: str | None = None
    before: int | None = None
    after: int | None = None

    def met(self, refusal: str | None) -> bool:
        """Whether an entry that is refused by this name (None if it is not) reaches the goal."""
        return refusal == self.refusal if self.refusal else refusal in {None, "TransitionNotAllowed"}


FIELDS: dict[str, Callable[[int], int]] = {
    "senior": certification.status,
    "seamless": certification.status,
    "status": certification.status,
    "death": certification.death,
    "authorisation": certification.authorisation,
    "consent": consent.status,
}
"""Which field of the present word says whether a kind of change may follow."""

BOOKKEEPING = ("WordMalformed", "RecordedAtNotZero", "RevisionNotNext", "NothingChanged")
"""Refused of a word whatever its kind, which may not even be told."""
_KINDS = ("senior", "seamless", "status", "death", "authorisation", "handover")
_REFUSALS = {
    "WordNotExpected": _KINDS,
    "RoleMissing": _KINDS,
    "NotResponsible": ("senior", "status", "handover"),
    "HandoverToUnfit": ("handover",),
    "DeathRecorded": ("senior", "seamless"),
    "DeathReporterMayNotDecide": ("death",),
    "MethodNotAllowed": ("senior",),
    "NeverSeen": ("seamless",),
    "AuthorisationMissing": ("seamless",),
    "SeamlessLimitReached": ("seamless",),
    "WindowMalformed": ("senior", "seamless"),
    "WindowInFuture": ("senior", "seamless"),
    "WindowTooLong": ("senior", "seamless"),
    "WindowShrinks": ("seamless",),
}
_OF_CONSENTS = (
    *BOOKKEEPING[:3],
    "WordNotExpected",
    "RoleMissing",
    "GrantorUnknown",
    "DecidedBySelf",
    "ReviewMissing",
    "WindowMalformed",
    "WindowInFuture",
)

CERTIFICATION_GOALS = (
    *(Goal(kind, name) for name in BOOKKEEPING for kind in ("senior", "seamless", "status")),
    *(Goal(kind, name) for name, kinds in _REFUSALS.items() for kind in kinds),
    *(Goal(kind, before=status) for kind in ("senior", "seamless") for status in Status),
    *(
        Goal(kind, before=before, after=after)
        for kind, codes in (("status", Status), ("death", Death), ("authorisation", Authorisation))
        for before, after in product(codes, repeat=2)
        if before != after
    ),
)
CONSENT_GOALS = (
    *(Goal("consent", name) for name in _OF_CONSENTS),
    *(Goal("consent", before=before, after=after) for before, after in product(ConsentStatus, repeat=2)),
)
