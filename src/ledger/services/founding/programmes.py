"""Programmes onto the chain: their limits and the hash of their rules."""

from __future__ import annotations

from collections.abc import Iterable

from ledger.domain.programmes import Programme
from ledger.encoding.words import programme as programme_word
from ledger.errors import Misconfigured
from ledger.services.founding.organisations import ChainRegister


def register_programmes(programmes: Iterable[Programme], chain: ChainRegister) -> None:
    """Registers each programme, or its next version, if the chain does not have it.

    Raises Misconfigured `programme_version` if the chain has a later one than the file, the same one with
    other rules, or one that is not the file's predecessor.
    """
    for programme in programmes:
        word, rules_hash = chain.views().programme(programme.id)
        present = programme_word.version(word)
        if present == programme.version and rules_hash == programme.rules_hash:
            continue
        if present + 1 != programme.version:
            raise Misconfigured(
                "programme_version", programme=programme.code, got=programme.version, expected=present + 1
            )
        chain.governance.set_programme(
            programme.id,
            version=programme.version,
            active=True,
            seamless_limit=programme.seamless_limit,
            longest_senior=programme.longest_senior,
            longest_seamless=programme.longest_seamless,
            rules_hash=programme.rules_hash,
        )
