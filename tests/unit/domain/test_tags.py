"""Tags and handles: derived from the key alone, different for everybody who gets one."""

from __future__ import annotations

import re

import pytest

from ledger.domain import tags
from ledger.errors import BadInput

KEY = bytes(range(32))


def test_a_handle_is_h_and_32_digits_and_differs_by_organisation_and_rotation() -> None:
    handles = {tags.handle(KEY, organisation, rotation) for organisation in (1, 2) for rotation in (0, 1)}
    assert len(handles) == 4
    assert all(re.fullmatch(r"H[a-z2-7]{32}", handle) for handle in handles)
    assert tags.handle(KEY, 1) == tags.handle(KEY, 1, 0)


def test_tags_differ_in_every_part_and_every_key() -> None:
    base = (1, 2, 3, 4)
    tuples = [base, (9, 2, 3, 4), (1, 9, 3, 4), (1, 2, 9, 4), (1, 2, 3, 9)]
    seen = {tags.consent_tag(key, *parts).tag for key in (KEY, bytes(32)) for parts in tuples}
    seen |= {tags.certification_tag(key, programme).tag for key in (KEY, bytes(32)) for programme in (1, 2)}
    assert len(seen) == 14


def test_an_opening_shows_what_its_tag_stands_for_and_nothing_else() -> None:
    opening = tags.consent_tag(KEY, 1, 2, 3, 4)
    assert tags.tag_of(opening.kind, opening.parts, opening.opening_key) == opening.tag
    assert tags.tag_of(opening.kind, (1, 2, 3, 5), opening.opening_key) != opening.tag
    assert tags.tag_of(opening.kind, opening.parts, bytes(32)) != opening.tag


@pytest.mark.parametrize("parts", [(1 << 20, 2, 3, 4), (1, 1 << 20, 3, 4), (1, 2, 1 << 16, 4), (1, 2, 3, -1)])
def test_parts_beyond_their_types_have_no_tag(parts: tuple[int, int, int, int]) -> None:
    with pytest.raises(BadInput, match="tag_parts_invalid"):
        tags.consent_tag(KEY, *parts)


def test_a_tag_of_too_few_parts_is_refused() -> None:
    with pytest.raises(BadInput, match="tag_parts_invalid"):
        tags.tag_of(tags.Kind.CONSENT, (1,), KEY)


@pytest.mark.parametrize("key", [b"", KEY[:31], KEY + b"\0"])
def test_a_key_of_another_size_is_refused(key: bytes) -> None:
    with pytest.raises(BadInput, match="key_size_invalid"):
        tags.certification_tag(key, 1)
    with pytest.raises(BadInput, match="key_size_invalid"):
        tags.handle(key, 1)
    with pytest.raises(BadInput, match="key_size_invalid"):
        tags.tag_of(tags.Kind.CERTIFICATION, (1,), key)
