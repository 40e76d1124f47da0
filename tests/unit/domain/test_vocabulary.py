"""Categories and purposes by code and number."""

from __future__ import annotations

import pytest

from ledger.domain import vocabulary
from ledger.domain.decisions import Obligation
from ledger.errors import BadInput
from ledger.texts.messages import LOCALES, text


def test_each_code_and_number_leads_to_the_same_term() -> None:
    for code in vocabulary.CATEGORIES:
        term = vocabulary.category(code)
        assert term.code == code
        assert vocabulary.category_by_number(term.number) is term
    for code in vocabulary.PURPOSES:
        term = vocabulary.purpose(code)
        assert term.code == code
        assert vocabulary.purpose_by_number(term.number) is term


def test_numbers_that_are_on_the_chain_keep_their_meaning() -> None:
    assert {term.number: code for code, term in vocabulary.CATEGORIES.items()} == {
        1: "residence",
        2: "age-band",
        3: "mobility",
        4: "contact",
        5: "certification-status",
        6: "sign-of-life",
        7: "sign-of-death",
    }
    assert {term.number: code for code, term in vocabulary.PURPOSES.items()} == {
        1: "allowance-payment",
        2: "home-care",
        3: "medical-subsidy",
        4: "transport-benefit",
        5: "seamless-certification",
    }


def test_an_unknown_term_is_named_in_the_error() -> None:
    with pytest.raises(BadInput, match=r"category_unknown.*hospital"):
        vocabulary.category("hospital")
    with pytest.raises(BadInput, match=r"purpose_unknown.*gossip"):
        vocabulary.purpose("gossip")
    with pytest.raises(BadInput, match=r"category_unknown.*0"):
        vocabulary.category_by_number(0)
    with pytest.raises(BadInput, match=r"purpose_unknown.*99"):
        vocabulary.purpose_by_number(99)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_term_and_obligation_has_its_label(locale: str) -> None:
    codes = [f"category.{code}" for code in vocabulary.CATEGORIES]
    codes += [f"purpose.{code}" for code in vocabulary.PURPOSES]
    codes += [f"obligation.{obligation}" for obligation in Obligation]
    labels = [text(code, locale) for code in codes]
    assert len(set(labels)) == len(codes)
