"""What may be shared and what for: categories and purposes by number (in tags and bases) and by code.

Terms of the W3C Data Privacy Vocabulary 2 (`dpv:`) and its personal data extension (`pd:`) stand where one
says the same; where `dpv` is None the code is this project's own and its label says what it means. The label
of each is the message `category.<code>` or `purpose.<code>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ledger.errors import BadInput


@dataclass(frozen=True, slots=True)
class Term:
    """A category or purpose: its number on chain, its code elsewhere, and its DPV term if there is one."""

    number: int
    code: str
    dpv: str | None


def _by_code(*terms: Term) -> Mapping[str, Term]:
    return MappingProxyType({term.code: term for term in terms})


CATEGORIES = _by_code(
    Term(1, "residence", "pd:PhysicalAddress"),
    Term(2, "age-band", "pd:AgeRange"),
    Term(3, "mobility", "pd:Disability"),
    Term(4, "contact", "pd:Contact"),
    Term(5, "certification-status", None),
    Term(6, "sign-of-life", None),
    Term(7, "sign-of-death", None),
)

PURPOSES = _by_code(
    Term(1, "allowance-payment", "dpv:PaymentManagement"),
    Term(2, "home-care", "dpv:ServiceProvision"),
    Term(3, "medical-subsidy", None),
    Term(4, "transport-benefit", "dpv:PersonalisedBenefits"),
    Term(5, "seamless-certification", None),
)

_CATEGORY_NUMBERS = {term.number: term for term in CATEGORIES.values()}
_PURPOSE_NUMBERS = {term.number: term for term in PURPOSES.values()}


def category(code: str) -> Term:
    """The category of this code. Raises BadInput `category_unknown`."""
    return _known(CATEGORIES.get(code), "category_unknown", code)


def purpose(code: str) -> Term:
    """The purpose of this code. Raises BadInput `purpose_unknown`."""
    return _known(PURPOSES.get(code), "purpose_unknown", code)


def category_by_number(number: int) -> Term:
    """The category of this number. Raises BadInput `category_unknown`."""
    return _known(_CATEGORY_NUMBERS.get(number), "category_unknown", number)


def purpose_by_number(number: int) -> Term:
    """The purpose of this number. Raises BadInput `purpose_unknown`."""
    return _known(_PURPOSE_NUMBERS.get(number), "purpose_unknown", number)


def _known(term: Term | None, error: str, got: str | int) -> Term:
    if term is None:
        raise BadInput(error, got=got)
    return term
