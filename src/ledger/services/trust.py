"""What the public registers say about trust: which keys are not believed, who may ask, on what basis."""

from __future__ import annotations

from ledger.domain.decisions import Caller, StatutoryBasis
from ledger.domain.state import LedgerState
from ledger.encoding.types import Address
from ledger.encoding.words import organisation, signer
from ledger.services.consent_terms import TupleNumbers

NEVER = 1 << 32
"""Later than every block: since when a key that is trusted is not believed."""


def distrusted_keys(registers: LedgerState) -> dict[Address, int]:
    """The keys that aren't believed, with the time (unix seconds) since which; seldom any."""
    return {
        address: signer.distrusted_since(word)
        for address, word in registers.signers.items()
        if signer.distrusted_since(word)
    }


def caller(registers: LedgerState, organisation_id: int) -> Caller:
    """What the chain says of an organisation that asks."""
    word = registers.organisations.get(organisation_id, 0)
    if word == 0:
        return Caller.UNKNOWN
    return Caller.ACTIVE if organisation.active(word) else Caller.INACTIVE


def bases(registers: LedgerState, numbers: TupleNumbers) -> list[StatutoryBasis]:
    """The registered bases for exactly this tuple, in force or not."""
    return [
        StatutoryBasis(number, basis.valid_from, basis.valid_until, basis.legal_reference)
        for number, basis in registers.bases.items()
        if (basis.provider, basis.consumer, basis.category, basis.purpose) == numbers
    ]
