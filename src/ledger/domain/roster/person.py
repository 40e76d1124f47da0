"""What a good roster row says about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.domain.identity_number import IdentityNumber, Sex


class Residence(StrEnum):
    """Where a person lives, as opposed to where the allowance is paid from."""

    HOME = "home"
    INSTITUTION = "institution"
    ELSEWHERE = "elsewhere"
    ABROAD = "abroad"


class Mobility(StrEnum):
    """Whether a person can come to the community's office."""

    NORMAL = "normal"
    LOW = "low"


class Relationship(StrEnum):
    """What the owner of a telephone, or a guardian, is to the person."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    NEIGHBOUR = "neighbour"
    WORKER = "worker"
    OTHER = "other"  # another relative, or not stated


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """A telephone and whose it is. Digits with an optional leading `+`; `owner` is a name where one is
    known."""

    phone: str
    relationship: Relationship
    owner: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Guardian:
    name: str
    relationship: Relationship
    phone: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class RosterPerson:
    """A person as a roster row describes them, checked. Community and paying division are codes;
    `paying_division` is None where the roster does not say. No `repr` shows any of it, so none reaches a log
    by accident."""

    name: str
    number: IdentityNumber
    community: str
    paying_division: str | None = None
    residence: Residence = Residence.HOME
    address: str = ""
    building: str = ""
    contacts: tuple[Contact, ...] = ()
    mobility: Mobility = Mobility.NORMAL
    guardian: Guardian | None = None
    remark: str = ""

    @property
    def sex(self) -> Sex:
        return self.number.sex

    @property
    def birth_date(self) -> date:
        return self.number.birth_date
