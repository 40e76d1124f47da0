"""Who may sign (`ISigned`)."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.domain.rules.refusal import Refusal
from ledger.encoding.types import Address, OrganisationId
from ledger.encoding.words import signer


@dataclass(frozen=True, slots=True)
class Authority:
    """A key and its word in `Members` (0 if unknown), which says what its organisation may do as well."""

    signer: Address
    signer_word: int

    @property
    def organisation(self) -> OrganisationId:
        """The organisation that the key signs for."""
        return OrganisationId(signer.organisation(self.signer_word))

    @property
    def roles(self) -> int:
        """Bits of `codes.Role`."""
        return signer.roles(self.signer_word)


def check_authority(authority: Authority, block_time: int) -> Refusal | None:
    """Whether the key may sign in the block of `block_time`, unix seconds.

    In order: it is known, in its window, not distrusted, and its organisation active.
    Distrusting a key ends it at once, whatever the past moment since which it isn't believed.
    """
    word = authority.signer_word
    if word == 0:
        return Refusal("SignerUnknown", (authority.signer,))
    if not signer.valid_from(word) <= block_time < signer.valid_until(word):
        window = (signer.valid_from(word), signer.valid_until(word))
        return Refusal("SignerNotActive", (authority.signer, block_time, *window))
    if signer.distrusted_since(word):
        return Refusal("SignerDistrusted", (authority.signer, signer.distrusted_since(word)))
    if not signer.active(word):
        return Refusal("OrganisationInactive", (authority.organisation,))
    return None


def check_deadline(deadline: int, block_time: int) -> Refusal | None:
    """A signed message may be recorded up to and including its deadline, unix seconds."""
    return Refusal("DeadlinePassed", (deadline, block_time)) if block_time > deadline else None
