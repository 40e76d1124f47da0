"""Divisions (区划) as codes: county 6 digits (GB/T 2260), street 9 (GB/T 10114), community 12 (statistical).

Which divisions exist is data that the caller hands over; how people write one is known here: a code, a name
with or without 社区, or a name led by its street or county (灌口街道南桥社区).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ledger.domain import plain_text
from ledger.errors import BadInput

_KIND_OF_COMMUNITY = re.compile(r"(社区居委会|社区居民委员会|村民委员会|居民委员会|居委会|村委会|社区|村)$")
_PUNCTUATION = re.compile(r"[^\w]")


class DivisionError(BadInput):
    """A division that cannot be told from what was written."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community with the street and county it lies in. Codes are digits as text."""

    code: str
    name: str
    street_code: str
    street: str
    county_code: str
    county: str


class Divisions:
    """The communities known here, with their streets and counties."""

    def __init__(self, communities: Iterable[Community]) -> None:
        self.communities = {community.code: community for community in communities}
        self._codes: dict[str, str] = {}
        self._named_communities: dict[str, set[str]] = defaultdict(set)
        self._named_areas: dict[str, set[str]] = defaultdict(set)
        for community in self.communities.values():
            self._add(community)

    def community(self, text: str) -> str:
        """The 12-digit code of a community written as code or name.

        Raises DivisionError with the code `division.unknown` or `division.ambiguous`.
        """
        code = plain_text.compact(text)
        if code in self.communities:
            return code
        return _only(self._named_communities.get(_key(text), set()))

    def division(self, text: str) -> str:
        """The code of a community, street or county written as code (also padded with zeros) or name.

        Raises DivisionError as `community` does.
        """
        code = plain_text.compact(text)
        if code in self._codes:
            return self._codes[code]
        key = _key(text)
        return _only(self._named_communities.get(key, set()) or self._named_areas.get(key, set()))

    def _add(self, community: Community) -> None:
        for code in (community.code, community.street_code, community.county_code):
            self._codes[code] = code
            self._codes[code.ljust(12, "0")] = code
        short = _KIND_OF_COMMUNITY.sub("", community.name)
        for lead in ("", community.street, community.county, community.county + community.street):
            for name in (community.name, short, short + "社区居委会", short + "村", short + "居委会"):
                self._named_communities[_key(lead + name)].add(community.code)
        self._named_areas[_key(community.county)].add(community.county_code)
        for lead in ("", community.county):
            self._named_areas[_key(lead + community.street)].add(community.street_code)


def _key(name: str) -> str:
    return _PUNCTUATION.sub("", plain_text.compact(name)).lower()


def _only(codes: set[str]) -> str:
    if not codes:
        raise DivisionError("division.unknown")
    if len(codes) > 1:
        raise DivisionError("division.ambiguous", count=len(codes))
    return next(iter(codes))
