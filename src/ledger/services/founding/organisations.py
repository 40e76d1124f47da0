"""Organisations onto the chain, each with a signing key from the vault, then into the database.

Every step looks first whether it has been done, so that one that was interrupted is simply done again.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from sqlalchemy import Connection

from ledger.chain.governance import Governance, OrganisationInput, SignerInput
from ledger.chain.views import Views
from ledger.domain.codes import Role
from ledger.encoding.types import Address
from ledger.encoding.words import organisation as organisation_word
from ledger.errors import BadInput, Conflict
from ledger.keys.vault import Vault, organisation_key
from ledger.store import organisations as store

KEY_DAYS = 730
"""How long a signing key is valid that is made here."""
_SIGNING = Role.CERTIFIER | Role.REVIEWER | Role.REPORTER | Role.ENGINE | Role.RECORDER

RoleName = Literal["CERTIFIER", "REVIEWER", "REPORTER", "ENGINE", "RECORDER", "AUDITOR"]


class NewOrganisation(BaseModel):
    """What an operator says about an organisation to add; `parent` is the code of the one above it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int = Field(ge=1, lt=1 << 20)
    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name: str = Field(min_length=1, max_length=64)
    kind: Literal["county", "subdistrict", "community", "department", "engine", "auditor"]
    parent: str | None = None
    roles: tuple[RoleName, ...] = ()
    seamless_pilot: bool = False

    @property
    def role_bits(self) -> Role:
        """The roles as the chain holds them."""
        bits = Role(0)
        for name in self.roles:
            bits |= Role[name]
        return bits


_File = TypeAdapter(Annotated[list[NewOrganisation], Field(min_length=1)])


def first_organisations(path: Path) -> list[NewOrganisation]:
    """The organisations that `path` (TOML) names, or the ones shipped if there is no such file.

    Raises BadInput `organisations_malformed` with where and why.
    """
    shipped = resources.files(__package__) / "organisations.toml"
    text = (path if path.exists() else shipped).read_text(encoding="utf-8")
    try:
        found = _File.validate_python(tomllib.loads(text).get("organisations"))
    except tomllib.TOMLDecodeError as error:
        raise BadInput("organisations_malformed", path=str(path), reason=str(error)) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput("organisations_malformed", path=str(path), reason=f"{where}: {first['msg']}") from None
    above: set[str] = set()
    for one in found:
        if one.parent is not None and one.parent not in above:
            reason = f"{one.code}: its parent {one.parent} must stand above it"
            raise BadInput("organisations_malformed", path=str(path), reason=reason)
        above.add(one.code)
    return found


@dataclass(frozen=True, slots=True)
class ChainRegister:
    """The public register on chain, to read it as it is now and to change it."""

    governance: Governance
    views: Callable[[], Views]
    """The contracts at the node's newest block."""
    vault: Vault
    admin: Address
    """Who may rotate the keys of organisations registered here, besides governance."""


def register_organisations(
    wanted: Sequence[NewOrganisation], parents: dict[str, int], chain: ChainRegister, now: int
) -> None:
    """Registers those that are not on chain yet, and a signing key for each that signs and has none.

    `parents` maps the codes of organisations that are there already to their ids. Raises Conflict
    `organisation_exists` if a number stands for another organisation on chain; what the chain refuses.
    """
    ids = {**parents, **{one.code: one.id for one in wanted}}
    words = dict(zip(ids.values(), chain.views().organisation_words(ids.values()), strict=True))
    new = []
    for one in wanted:
        parent = ids[one.parent] if one.parent else 0
        word = words[one.id]
        if word == 0:
            new.append(OrganisationInput(one.id, parent, int(one.role_bits), chain.admin, one.name))
        elif organisation_word.parent(word) != parent:
            raise Conflict("organisation_exists", got=one.code, id=one.id)
    if new:
        chain.governance.add_organisations(new)
    keys = {one.id: _signing_key(chain.vault, one.id) for one in wanted if _signs(one)}
    known = dict(zip(keys.values(), chain.views().signer_words(keys.values()), strict=True))
    unknown = [
        SignerInput(organisation, address, now, now + KEY_DAYS * 86_400)
        for organisation, address in keys.items()
        if known[address] == 0
    ]
    if unknown:
        chain.governance.add_signers(unknown)


def keep_organisations(
    conn: Connection, wanted: Sequence[NewOrganisation], parents: dict[str, int], now: int
) -> None:
    """Writes those that the database does not know yet.

    Raises Conflict `organisation_exists` if a number or code stands for something else here.
    """
    ids = {**parents, **{one.code: one.id for one in wanted}}
    known = {row["id"]: row["code"] for row in store.all_organisations(conn)}
    for one in wanted:
        if known.get(one.id) == one.code:
            continue
        if one.id in known or one.code in known.values():
            raise Conflict("organisation_exists", got=one.code, id=one.id)
        store.add(
            conn,
            id=one.id,
            code=one.code,
            name=one.name,
            kind=one.kind,
            parent_id=ids[one.parent] if one.parent else None,
            roles=int(one.role_bits),
            seamless_pilot=one.seamless_pilot,
            created_at=now,
        )


def _signs(organisation: NewOrganisation) -> bool:
    """Whether it needs a key: a department signs what it delivers, also without any role on chain."""
    return bool(organisation.role_bits & _SIGNING) or organisation.kind == "department"


def _signing_key(vault: Vault, organisation: int) -> Address:
    name = organisation_key(organisation)
    return vault.address(name) if name in vault.names() else vault.create_signing_key(name)
