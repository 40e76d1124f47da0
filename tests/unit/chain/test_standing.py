"""Which nodes are believed, by what they say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.chain.standing import FARTHEST_BEHIND, Said, height_to_compare, judge
from ledger.relay.follower import NODES_FAULT
from ledger.texts.messages import LOCALES, catalogue

HONEST = Said(7, b"g" * 32, 100, b"c" * 32, b"a" * 32)
FORKED = replace(HONEST, compared=b"f" * 32)
AGREED = HONEST.agreed


@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        ([HONEST], [None]),
        ([HONEST, HONEST], [None, None]),
        ([None, HONEST], ["node_unreachable", None]),
        ([None, None], ["node_unreachable"] * 2),
        ([HONEST, FORKED, HONEST], [None, "node_block_differs", None]),
        ([FORKED, HONEST, HONEST], ["node_block_differs", None, None]),
        ([HONEST, replace(HONEST, chain_id=8), HONEST], [None, "node_block_differs", None]),
        ([HONEST, replace(HONEST, genesis=b"h" * 32), HONEST], [None, "node_block_differs", None]),
        ([HONEST, FORKED], ["nodes_disagree"] * 2),
        ([HONEST, FORKED, None], ["nodes_disagree", "nodes_disagree", "node_unreachable"]),
        ([HONEST, replace(HONEST, head=100 - FARTHEST_BEHIND)], [None, None]),
        ([HONEST, replace(HONEST, head=99 - FARTHEST_BEHIND)], [None, "node_behind"]),
        ([HONEST, replace(HONEST, agreed=b"o" * 32)], [None, "node_history_differs"]),
        ([HONEST, replace(FORKED, agreed=b"o" * 32)], [None, "node_history_differs"]),
        ([HONEST, replace(HONEST, agreed=None)], [None, None]),
    ],
)
def test_each_node_is_judged(said: list[Said | None], verdicts: list[str | None]) -> None:
    assert judge(said, AGREED) == verdicts


def test_when_no_node_has_what_they_agreed_on_the_chain_itself_went_back() -> None:
    gone_back = replace(HONEST, agreed=b"n" * 32)
    assert judge([gone_back, gone_back], AGREED) == [None, None]


def test_compared_is_what_all_have_that_keep_up_and_what_is_final() -> None:
    assert height_to_compare([100, 98, 3], depth=0) == 98
    assert height_to_compare([100, 98, 3], depth=12) == 86
    assert height_to_compare([2], depth=12) == 0


def test_every_code_for_which_a_node_is_left_out_has_its_words() -> None:
    judged = {
        "node_unreachable",
        "node_behind",
        "node_history_differs",
        "node_block_differs",
        "nodes_disagree",
    }
    for locale in LOCALES:
        told = {code for code in catalogue(locale) if code.startswith("node.trouble.")}
        assert told == {f"node.trouble.{code}" for code in judged | NODES_FAULT}
