"""The contracts' rules, asked before anything is accepted: what would be refused on chain is refused at once.

What is asked is the index's word with everything on its way applied to it. The contract decides in the end.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.hierarchy import Hierarchy
from ledger.domain.programmes import Programme
from ledger.domain.rules import Authority, Refusal, check_certification, check_consent
from ledger.encoding.types import Address, OrganisationId, Word
from ledger.encoding.words import organisation as organisation_word
from ledger.encoding.words import programme as programme_word
from ledger.encoding.words import signer as signer_word
from ledger.errors import Refused
from ledger.services.organisations import Directory, Organisation
from ledger.store import index, operations

_NO_KEY = Address("")
_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def standing_certifications(conn: Connection, programme: int, tags: Collection[bytes]) -> dict[bytes, Word]:
    """The word of each tag (0 if none) as it will be once all that is accepted has been recorded."""
    words = {tag: Word(0) for tag in tags}
    words.update(index.words_of(conn, programme, tags))
    for tag, accepted in operations.open_changes(conn, tags).items():
        for one in accepted:
            change = changes.certification_from_json(one.change)
            words[tag] = changes.apply_certification(words[tag], change, OrganisationId(one.organisation_id))
    return words


def standing_consents(conn: Connection, tags: Collection[bytes]) -> dict[bytes, Word]:
    """The same for consents."""
    words = {tag: Word(0) for tag in tags}
    words.update(index.words_of(conn, index.CONSENTS, tags))
    for tag, accepted in operations.open_changes(conn, tags).items():
        for one in accepted:
            change = changes.consent_from_json(one.change)
            words[tag] = changes.apply_consent(words[tag], change, OrganisationId(one.organisation_id))
    return words


class Rules:
    """The rules with what they are asked about, for one transaction."""

    def __init__(self, directory: Directory, block_time: int) -> None:
        self._directory = directory
        self._block_time = block_time
        self._hierarchy = Hierarchy({one.id: _word(one) for one in directory.by_id.values()})

    def certification(
        self,
        programme: Programme,
        old: int,
        change: changes.CertificationChange,
        organisation: OrganisationId,
    ) -> Word:
        """The word after `old`. Raises Refused `rule.*` if the contract would refuse it."""
        new = changes.apply_certification(old, change, organisation)
        refusal = check_certification(
            old,
            new,
            scheme=changes.scheme_of(change),
            authority=self._authority(organisation),
            limits=programme_word.pack(
                active=1,
                seamless_limit=programme.seamless_limit,
                version=programme.version,
                longest_senior=programme.longest_senior,
                longest_seamless=programme.longest_seamless,
            ),
            hierarchy=self._hierarchy,
            block_time=self._block_time,
        )
        if refusal:
            raise refused(refusal)
        return new

    def consent(
        self, old: int, change: changes.ConsentChange, organisation: OrganisationId, *, reviewed: bool
    ) -> Word:
        """The word after `old`. Raises Refused `rule.*` if the contract would refuse it."""
        new = changes.apply_consent(old, change, organisation)
        refusal = check_consent(
            old,
            new,
            authority=self._authority(organisation),
            reviewed=reviewed,
            block_time=self._block_time,
        )
        if refusal:
            raise refused(refusal)
        return new

    def _authority(self, organisation: OrganisationId) -> Authority:
        """The organisation's; which of its keys signs, and whether it may, is the submitter's business."""
        return Authority(
            _NO_KEY,
            signer_word.pack(organisation=organisation),
            _word(self._directory.by_id[organisation]),
        )


def _word(organisation: Organisation) -> Word:
    return organisation_word.pack(
        parent=organisation.parent or 0,
        roles=int(organisation.roles),
        active=int(organisation.ended_at is None),
    )


def refused(refusal: Refusal) -> Refused:
    """A contract's refusal as an error: its name in snake case, under `rule`."""
    name = _WORD_START.sub("_", refusal.name).lower()
    return Refused(f"rule.{name}", detail=", ".join(str(argument) for argument in refusal.arguments))
