"""Which language a reader gets."""

from __future__ import annotations

import pytest

from api.locale import accepted_locale


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("", "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-TW", "zh-CN"),
        ("zh-Hans-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.3", "en"),
        ("fr", "zh-CN"),
        ("en;q=0.1,zh;q=0.9", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("*", "zh-CN"),
        (";;;,q=x,en;q=x", "zh-CN"),
    ],
)
def test_the_best_of_ours_is_chosen(header: str, locale: str) -> None:
    assert accepted_locale(header) == locale
