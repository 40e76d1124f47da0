"""Telephones in a roster row, each with its owner. A telephone is a way to reach somebody, never who they
are."""

from __future__ import annotations

import re

from ledger.domain import plain_text
from ledger.domain.roster.person import Contact, Relationship
from ledger.domain.roster.vocabulary import split_owner

_SEPARATORS = re.compile(r"[/,;、|]")
_PUNCTUATION = re.compile(r"[ ()\-–—.]")
_PHONE = re.compile(r"\+?\d{7,15}")  # ITU-T E.164: at most 15 digits; the shortest local numbers have 7


def read_phones(text: str) -> list[str] | None:
    """The telephone numbers in a cell, in digits; None when one of them is none."""
    parts = _SEPARATORS.split(plain_text.half_width(text))
    phones = [_PUNCTUATION.sub("", part) for part in parts if part.strip()]
    phones = [phone for part in phones for phone in _apart(part)]
    return phones if all(_PHONE.fullmatch(phone) for phone in phones) else None


def contacts_of(
    phones: list[str], *, owner: str, relationship: str, elder: str, otherwise: Relationship
) -> list[Contact]:
    """Contacts for the telephones of one cell, from the cells that say whose they are."""
    name, named_relationship = split_owner(owner) if owner else (None, None)
    _, stated_relationship = split_owner(relationship) if relationship else (None, None)
    found = stated_relationship or named_relationship
    if found is None:
        found = Relationship.SELF if name is not None and name == elder else otherwise
    if found is Relationship.SELF:
        name = None
    return [Contact(phone, found, name) for phone in phones]


def _apart(text: str) -> list[str]:
    """Two mobile numbers of 11 digits that only a single space kept apart."""
    return [text[:11], text[11:]] if re.fullmatch(r"1\d{10}1\d{10}", text) else [text]
