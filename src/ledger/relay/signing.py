"""Which of its keys an organisation signs with."""

from __future__ import annotations

from ledger.domain.state import LedgerState
from ledger.encoding.words import signer
from ledger.keys.vault import Vault, organisation_keys


def signing_key(vault: Vault, organisation: int, registers: LedgerState, now: float) -> str | None:
    """The name of the newest of the organisation's keys held here that may sign at `now`, unix seconds.

    If none may, any of them: the rules then say why not. None if the vault holds no key of the organisation.
    """
    names = organisation_keys(vault, organisation)
    words = {name: registers.signers.get(vault.address(name), 0) for name in names}
    valid = [
        name
        for name, word in words.items()
        if signer.valid_from(word) <= now < signer.valid_until(word) and not signer.distrusted_since(word)
    ]
    if valid:
        return max(valid, key=lambda name: (signer.valid_from(words[name]), names.index(name)))
    return names[-1] if names else None
