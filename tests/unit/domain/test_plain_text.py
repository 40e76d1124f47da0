from __future__ import annotations

import pytest

from ledger.domain import plain_text


@pytest.mark.parametrize("dot", "·•・‧∙⋅･．․")
def test_every_look_alike_of_the_dot_in_a_name_becomes_the_dot(dot: str) -> None:
    assert plain_text.person_name(f"阿依古丽 {dot} 买买提") == "阿依古丽·买买提"


def test_a_full_stop_between_han_characters_is_a_dot_and_elsewhere_is_not() -> None:
    assert plain_text.person_name("阿依古丽.买买提") == "阿依古丽·买买提"
    assert plain_text.person_name("J. R. Smith") == "J. R. Smith"


@pytest.mark.parametrize("written", ["王　芳", " 王 芳 ", "王\u00a0\u00a0芳", "\ufeff王\u200b芳"])
def test_spaces_that_pad_a_name_go(written: str) -> None:
    assert plain_text.person_name(written) == "王芳"


def test_latin_names_keep_their_spaces() -> None:
    assert plain_text.person_name("Anna  Maria Li") == "Anna Maria Li"


@pytest.mark.parametrize(
    "name",
    ["王𠮷", "李𬭎", "张䶮", "刘\ue863", "赵\uf907", "陈\u2f00", "葛\U000e0100", "钱\ufa0e", "\U0002f8d3"],
    ids=lambda name: "+".join(f"{ord(c):x}" for c in name),
)
def test_rare_and_compatibility_characters_stay_as_they_are(name: str) -> None:
    assert plain_text.person_name(name) == name
    assert plain_text.half_width(name) == name


def test_full_width_digits_and_letters_become_half_width() -> None:
    assert plain_text.half_width("　１２栋Ａ座（二）　") == "12栋A座(二)"
