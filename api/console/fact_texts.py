"""A dated fact in one line."""

from __future__ import annotations

from ledger.services.facts import FactKind
from ledger.services.lookup_answers import FactView
from ledger.texts.messages import text


def fact_text(fact: FactView, locale: str) -> str:
    """What the fact says; empty when it says nothing."""
    value = fact.value
    match fact.kind:
        case FactKind.CONTACT:
            whose = " ".join(
                part
                for part in (value["owner"], text(f"relationship.{value['relationship']}", locale))
                if part
            )
            return text("fact.contact_line", locale, phone=value["phone"], whose=whose)
        case FactKind.GUARDIAN:
            relationship = text(f"relationship.{value['relationship']}", locale)
            return " · ".join(part for part in (value["name"], relationship, value["phone"]) if part)
        case FactKind.RESIDENCE:
            kind = text(f"residence.{value['kind']}", locale)
            return " · ".join(part for part in (kind, value["address"]) if part)
        case FactKind.MOBILITY:
            return text(f"mobility.{value['level']}", locale)
        case _:
            return next(iter(value.values()), "")
