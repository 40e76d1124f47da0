"""The contracts' rules, asked before anything is accepted: what would be refused on chain is refused at once.

What is asked is the index's word with everything on its way applied to it. The contract decides in the end.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection

from ledger.domain import changes
from ledger.domain.programmes import Programme
from ledger.domain.rules import Authority, Refusal, check_certification, check_consent
from ledger.domain.rules.registers import ZERO_ADDRESS
from ledger.domain.state import LedgerState
from ledger.encoding.types import OrganisationId, Word
from ledger.encoding.words import organisation as organisation_word
from ledger.encoding.words import signer as signer_word
from ledger.errors import Refused
from ledger.relay.reasons import reason
from ledger.store import index, operations


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
    """The rules with the registers as the index has them, for one transaction."""

    def __init__(self, registers: LedgerState, block_time: int) -> None:
        self._registers = registers
        self._hierarchy = registers.hierarchy
        self._block_time = block_time

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
            limits=self._registers.programmes.get(programme.id, 0),
            hierarchy=self._hierarchy,
            block_time=self._block_time,
        )
        if refusal:
            raise _refused(refusal)
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
            raise _refused(refusal)
        return new

    def _authority(self, organisation: OrganisationId) -> Authority:
        """The organisation's; which of its keys signs, and whether it may, is the submitter's business."""
        word = self._registers.organisations.get(organisation, 0)
        return Authority(
            ZERO_ADDRESS,
            signer_word.pack(
                organisation=organisation,
                roles=organisation_word.roles(word),
                active=organisation_word.active(word),
            ),
        )


def _refused(refusal: Refusal) -> Refused:
    code, params = reason(refusal)
    return Refused(code, **params)
