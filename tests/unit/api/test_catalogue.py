"""Words that pages look up by a code from elsewhere: each has a text."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from ledger.domain.codes import Authorisation, Method
from ledger.domain.roster.columns import Column
from ledger.domain.roster.person import Mobility, Relationship, Residence
from ledger.domain.verdicts import Outcome
from ledger.domain.vocabulary import CATEGORIES, PURPOSES
from ledger.services.actors import Role, Scope
from ledger.services.acts import Action
from ledger.services.facts import FactKind
from ledger.texts.messages import LOCALES, catalogue


@pytest.mark.parametrize(
    ("area", "codes"),
    [
        ("verdict", Outcome),
        ("reason", [outcome.lower() for outcome in Outcome if outcome is not Outcome.DECEASED]),
        ("action", [*Action, "give", "refuse", "withdraw"]),
        ("method", [method.name.lower() for method in Method]),
        ("authorisation", [one.name.lower() for one in Authorisation]),
        ("role", Role),
        ("scope", Scope),
        ("fact", FactKind),
        ("column", Column),
        ("mobility", Mobility),
        ("residence", Residence),
        ("relationship", Relationship),
        ("category", CATEGORIES),
        ("purpose", PURPOSES),
        ("consent_status", ["none", "given", "refused", "withdrawn", "expired"]),
        ("grantor", ["self", "guardian", "delegate"]),
        ("status", ["400", "401", "403", "404", "405", "409", "413", "422", "500", "503"]),
        ("console.certify", ["visit", "household", "institution", "video", "assisted", "paper"]),
        *((f"console.act.{action}", ["question", "effect"]) for action in Action if action != Action.CERTIFY),
    ],
    ids=str,
)
@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_a_text(locale: str, area: str, codes: Iterable[str]) -> None:
    assert {f"{area}.{code}" for code in codes} - catalogue(locale).keys() == set()
