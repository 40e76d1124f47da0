from __future__ import annotations

import re

import pytest

from ledger.texts.messages import LOCALES, MissingText, catalogue, placeholders, text


def test_a_message_is_filled_in_each_language() -> None:
    assert "应为X" in text("identity_number.check_digit", "zh-CN", got="1", expected="X")
    assert "got 1, but the first 17 digits give X" in text(
        "identity_number.check_digit", "en", got="1", expected="X"
    )


def test_an_unknown_code_or_language_or_a_missing_parameter_is_an_error() -> None:
    with pytest.raises(MissingText, match="no_such_code"):
        text("no_such_code", "en")
    with pytest.raises(MissingText, match="'fr'"):
        text("identity_number.fifteen_digits", "fr")
    with pytest.raises(MissingText, match="expected"):
        text("identity_number.check_digit", "en", got="1")


def test_parameters_that_a_text_does_not_show_do_no_harm() -> None:
    assert text("roster_file.empty", "en", size=0) == "The file is empty."


def test_every_language_has_the_same_messages_with_the_same_placeholders() -> None:
    first, *others = (catalogue(locale) for locale in LOCALES)
    for other in others:
        assert other.keys() == first.keys()
        assert {code: placeholders(message) for code, message in other.items()} == {
            code: placeholders(message) for code, message in first.items()
        }


def test_chinese_messages_are_chinese_and_no_message_is_empty() -> None:
    for code, message in catalogue("zh-CN").items():
        words = re.sub(r"\{[^}]*\}", "", message)
        punctuation_alone = not any(character.isalnum() for character in words)
        assert punctuation_alone or any("\u4e00" <= character <= "\u9fff" for character in words), code
    assert all(
        message.strip() == message != "" for locale in LOCALES for message in catalogue(locale).values()
    )
