"""A small city of organisations, and helpers that write logs as its contracts would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ledger.domain import reducer
from ledger.domain.codes import Role, Scheme
from ledger.domain.events import (
    CertificationsRecorded,
    ConsentsRecorded,
    Contract,
    Event,
    LogPosition,
    OrganisationAdded,
    ProgrammeSet,
    SignerAdded,
)
from ledger.domain.hierarchy import Hierarchy
from ledger.domain.reducer import Violation
from ledger.domain.rules import Authority
from ledger.domain.state import LedgerState
from ledger.encoding import entries
from ledger.encoding.eip712 import Domain
from ledger.encoding.types import (
    Address,
    BlockNumber,
    OrganisationId,
    ProgrammeId,
    RecordHash,
    Tag,
    Timestamp,
    Word,
)
from ledger.encoding.words import organisation, programme, signer

NOW = 1_750_000_000
DAY = 86_400
YEAR = 365 * DAY
FOREVER = (1 << 32) - 1
PROGRAMME = 1
SEAMLESS_LIMIT = 2
LONGEST_SENIOR = 400 * DAY
LONGEST_SEAMLESS = 300 * DAY
LIMITS = programme.pack(
    active=1,
    seamless_limit=SEAMLESS_LIMIT,
    version=1,
    longest_senior=LONGEST_SENIOR,
    longest_seamless=LONGEST_SEAMLESS,
)
RECORD_HASH = RecordHash(b"\x5a" * 32)

COUNTY, SUBDISTRICT, COMMUNITY, NEIGHBOUR, ENGINE, HOSPITAL, OTHER_COUNTY = range(1, 8)
ORGANISATIONS = {
    COUNTY: (0, Role.REVIEWER | Role.RECORDER),
    SUBDISTRICT: (COUNTY, Role.CERTIFIER | Role.REVIEWER),
    COMMUNITY: (SUBDISTRICT, Role.CERTIFIER | Role.REPORTER | Role.RECORDER),
    NEIGHBOUR: (SUBDISTRICT, Role.CERTIFIER | Role.RECORDER),
    ENGINE: (0, Role.ENGINE),
    HOSPITAL: (0, Role.REPORTER),
    OTHER_COUNTY: (0, Role.CERTIFIER | Role.REVIEWER),
}
"""Parent and roles by id."""


def address(number: int) -> Address:
    """An address that is its own checksum: digits only."""
    return Address(f"0x{number:040d}")


ADMIN = address(999)


def organisation_words() -> dict[int, int]:
    """The city's organisations as `Members` holds them."""
    return {
        id_: organisation.pack(parent=parent, roles=roles, active=1, admin=int(ADMIN, 16))
        for id_, (parent, roles) in ORGANISATIONS.items()
    }


def hierarchy() -> Hierarchy:
    """The city's hierarchy."""
    return Hierarchy(organisation_words())


def authority(organisation_id: int, *, roles: int | None = None) -> Authority:
    """The key of an organisation, which may be given other roles than it has."""
    key = signer.pack(
        organisation=organisation_id,
        valid_from=0,
        valid_until=FOREVER,
        roles=ORGANISATIONS[organisation_id][1] if roles is None else roles,
        active=1,
    )
    return Authority(address(organisation_id), key)


def tag(number: int) -> Tag:
    """A tag like no other number's."""
    return Tag(number.to_bytes(32, "big"))


def domains() -> dict[Contract, Domain]:
    """EIP-712 domains of one deployment."""
    return {
        contract: Domain(contract.value, 31337, address(100 + number))
        for number, contract in enumerate(Contract)
    }


@dataclass
class Ledger:
    """A state, and a pen that writes well-numbered events for it. `time` is the next block's."""

    state: LedgerState = field(default_factory=lambda: LedgerState(domains()))
    time: int = NOW
    events: list[Event] = field(default_factory=list)

    @classmethod
    def of_the_city(cls) -> Ledger:
        """With the organisations, a key each, and the programme registered."""
        ledger = cls()
        for id_, (parent, roles) in ORGANISATIONS.items():
            ledger.members(OrganisationAdded, id_, parent, int(roles), ADMIN, f"organisation {id_}")
            ledger.members(SignerAdded, address(id_), id_, 0, FOREVER)
        ledger.policies(
            ProgrammeSet, PROGRAMME, 1, True, SEAMLESS_LIMIT, LONGEST_SENIOR, LONGEST_SEAMLESS, bytes(32)
        )
        return ledger

    def position(self) -> LogPosition:
        """Where the next log would stand."""
        number = len(self.events)
        return LogPosition(BlockNumber(number), tag(number), Timestamp(self.time), 0, tag(number))

    def number(self, contract: Contract) -> int:
        """The number that the contract's next event has."""
        return self.state.journals[contract].count + 1

    def apply(self, event: Event, **how: Any) -> list[Violation]:
        """Take in an event, and keep it."""
        self.events.append(event)
        return reducer.apply(self.state, event, **how)

    def members(self, event: Any, *arguments: Any) -> list[Violation]:
        """An event of `Members` with these arguments."""
        return self.plain(event, Contract.MEMBERS, *arguments)

    def policies(self, event: Any, *arguments: Any) -> list[Violation]:
        """An event of `Policies` with these arguments."""
        return self.plain(event, Contract.POLICIES, *arguments)

    def plain(self, event: Any, contract: Contract, *arguments: Any) -> list[Violation]:
        """An event without a signature."""
        return self.apply(event(self.position(), contract, self.number(contract), *arguments))

    def certification_batch(
        self,
        by: int,
        words: dict[Tag, int] | list[tuple[Tag, int]],
        scheme: int = Scheme.SENIOR,
        **changed: Any,
    ) -> CertificationsRecorded:
        """The event of a batch signed by an organisation's key, with some arguments changed."""
        arguments: dict[str, Any] = {
            "number": self.number(Contract.CERTIFICATIONS),
            "signer": address(by),
            "organisation": OrganisationId(by),
            "programme": ProgrammeId(PROGRAMME),
            "scheme": int(scheme),
            "deadline": self.time + DAY,
            "entries": packed(words),
            "signature": bytes(65),
        }
        return CertificationsRecorded(self.position(), Contract.CERTIFICATIONS, **(arguments | changed))

    def consent_batch(
        self, by: int, words: dict[Tag, int] | list[tuple[Tag, int]], **changed: Any
    ) -> ConsentsRecorded:
        """The event of a consent batch signed by an organisation's key, with some arguments changed."""
        arguments: dict[str, Any] = {
            "number": self.number(Contract.CONSENTS),
            "signer": address(by),
            "organisation": OrganisationId(by),
            "deadline": self.time + DAY,
            "reviewed": False,
            "entries": packed(words),
            "signature": bytes(65),
            "review": b"",
        }
        return ConsentsRecorded(self.position(), Contract.CONSENTS, **(arguments | changed))


def packed(words: dict[Tag, int] | list[tuple[Tag, int]]) -> bytes:
    """Entries with one record hash for all."""
    pairs = words.items() if isinstance(words, dict) else words
    return entries.pack((name, Word(word), RECORD_HASH) for name, word in pairs)
