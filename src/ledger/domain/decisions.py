"""May this organisation read this about this person, for this purpose? The rules, in one pure function.

Everything that the answer rests on is handed in, the clock too. The numbers are those of the steps in the
documentation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ledger.domain.codes import ConsentStatus
from ledger.encoding.types import Timestamp
from ledger.encoding.words import consent


class Answer(StrEnum):
    """PERMIT or DENY."""

    PERMIT = "PERMIT"
    DENY = "DENY"


class Reason(StrEnum):
    """Why. A DENY for CANNOT_KNOW says nothing about the person's wishes."""

    STATUTORY_BASIS = "statutory_basis"
    CONSENT = "consent"
    CALLER_UNKNOWN = "caller_unknown"
    CALLER_INACTIVE = "caller_inactive"
    CANNOT_KNOW = "cannot_know"
    ERASED = "erased"
    NO_BASIS = "no_basis"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_PENDING = "withdrawal_pending"
    NOT_FINAL = "not_final"
    SIGNER_DISTRUSTED = "signer_distrusted"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


class Caller(StrEnum):
    """What the registry says of the organisation that asks."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class Obligation(StrEnum):
    """What a permit obliges the reader to."""

    THIS_PURPOSE_ONLY = "this_purpose_only"
    NO_ONWARD_SHARING = "no_onward_sharing"
    ASK_AGAIN_EACH_TIME = "ask_again_each_time"
    NAME_LEGAL_REFERENCE = "name_legal_reference"


_ALWAYS = (Obligation.THIS_PURPOSE_ONLY, Obligation.NO_ONWARD_SHARING, Obligation.ASK_AGAIN_EACH_TIME)


@dataclass(frozen=True, slots=True)
class StatutoryBasis:
    """A registered basis for exactly the tuple that is asked about, in force in [valid_from, valid_until)."""

    basis: int
    valid_from: Timestamp
    valid_until: Timestamp
    legal_reference: str


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known at the moment of asking.

    `bases` and `consent_word` (0 if none) are those of the tuple asked about. `consent_final` says that the
    word's block is final, `consent_distrusted` that its signing key is not believed for that time,
    `withdrawal_pending` that a withdrawal or refusal was accepted and is not recorded yet.
    """

    caller: Caller
    fresh: bool
    erased: bool
    bases: Sequence[StatutoryBasis]
    consent_word: int
    consent_final: bool
    consent_distrusted: bool
    withdrawal_pending: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer with its reason.

    `basis` is "statutory:<number>" or "consent". `valid_until` is when what the permit rests on ends,
    `max_age` for how many seconds the answer may be reused: 0, as no copy of it may outlive a withdrawal.
    """

    answer: Answer
    reason_code: Reason
    basis: str | None = None
    obligations: tuple[Obligation, ...] = ()
    valid_until: Timestamp | None = None
    max_age: int = 0


def decide(inputs: Inputs, now: float) -> Decision:
    """PERMIT or DENY at `now` (unix seconds). The first step that decides, decides."""
    # 1. Caller
    if inputs.caller is not Caller.ACTIVE:
        return _deny(Reason.CALLER_UNKNOWN if inputs.caller is Caller.UNKNOWN else Reason.CALLER_INACTIVE)
    # 2. Freshness
    if not inputs.fresh:
        return _deny(Reason.CANNOT_KNOW)
    # 3. Erasure
    if inputs.erased:
        return _deny(Reason.ERASED)
    # 4. A statutory basis in force, the longest of them; else the person's consent
    in_force = [basis for basis in inputs.bases if basis.valid_from <= now < basis.valid_until]
    if in_force:
        longest = max(in_force, key=lambda basis: (basis.valid_until, -basis.basis))
        return Decision(
            Answer.PERMIT,
            Reason.STATUTORY_BASIS,
            basis=f"statutory:{longest.basis}",
            obligations=(*_ALWAYS, Obligation.NAME_LEGAL_REFERENCE),
            valid_until=longest.valid_until,
        )
    return _by_consent(inputs, now)


def _by_consent(inputs: Inputs, now: float) -> Decision:
    word = inputs.consent_word
    match consent.status(word):
        case ConsentStatus.NONE:
            return _deny(Reason.NO_BASIS)
        case ConsentStatus.REFUSED:
            return _deny(Reason.REFUSED)
        case ConsentStatus.WITHDRAWN:
            return _deny(Reason.WITHDRAWN)
    # 5. A pending withdrawal counts at once, a grant only when it is final and its signer believed
    if inputs.withdrawal_pending:
        return _deny(Reason.WITHDRAWAL_PENDING)
    if not inputs.consent_final:
        return _deny(Reason.NOT_FINAL)
    if inputs.consent_distrusted:
        return _deny(Reason.SIGNER_DISTRUSTED)
    # 6. Window
    if now < consent.valid_from(word):
        return _deny(Reason.NOT_YET_VALID)
    if now >= consent.valid_until(word):
        return _deny(Reason.EXPIRED)
    # 7. Obligations
    return Decision(
        Answer.PERMIT,
        Reason.CONSENT,
        basis="consent",
        obligations=_ALWAYS,
        valid_until=Timestamp(consent.valid_until(word)),
    )


def _deny(reason: Reason) -> Decision:
    return Decision(Answer.DENY, reason)
