"""Ids, masks, rights."""

from __future__ import annotations

import re

import pytest

from ledger.encoding.types import OrganisationId
from ledger.errors import Forbidden
from ledger.services import credentials
from ledger.services.actors import Actor, Role, Scope
from ledger.services.ids import new_id
from ledger.services.person_lines import masked


def test_ids_say_their_kind_and_nothing_else() -> None:
    ids = {new_id("S") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"S[a-z2-7]{26}", one) for one in ids)


def test_a_masked_number_hides_the_birth_date() -> None:
    assert masked("519999194005051234") == "519999********1234"


def test_a_role_is_a_users_and_a_scope_is_a_keys() -> None:
    worker = Actor("user", "u", Role.WORKER, OrganisationId(12), frozenset({12}))
    key = Actor("api_key", "ak", None, OrganisationId(31), scopes=frozenset({Scope.DECIDE}))
    worker.require_role(Role.WORKER, Role.REVIEWER)
    key.require_scope(Scope.DECIDE)
    worker.require_community(12)
    for attempt in (
        lambda: worker.require_role(Role.REVIEWER),
        lambda: worker.require_scope(Scope.DECIDE),
        lambda: worker.require_community(13),
        lambda: key.require_role(Role.WORKER),
        lambda: key.require_scope(Scope.VERDICT),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_password_fits_only_its_own_hash() -> None:
    hashed = credentials.hash_password("correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert credentials.password_fits(hashed, "correct horse battery")
    assert not credentials.password_fits(hashed, "correct horse batterz")
    assert not credentials.password_fits(None, "correct horse battery")
    assert not credentials.password_fits("not a hash", "correct horse battery")
