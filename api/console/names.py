"""The names of organisations, for pages that know them by code or number."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.bootstrap import Application
from ledger.services.actors import Actor
from ledger.services.governance import OrganisationView


@dataclass(frozen=True, slots=True)
class Organisations:
    """All organisations, as the pages ask for them."""

    all: tuple[OrganisationView, ...]
    own: tuple[OrganisationView, ...]
    """The communities whose people the reader may see."""

    def name(self, code: str | None) -> str:
        """The name for a code, the code itself if it is unknown."""
        return next((found.name for found in self.all if found.code == code), code or "—")

    @property
    def own_choices(self) -> list[tuple[str, str]]:
        """The reader's communities as (code, name)."""
        return [(one.code, one.name) for one in self.own if one.ended_at is None]

    def choices(self, kind: str | None = None) -> list[tuple[str, str]]:
        """Organisations that have not ended, of one kind if given, as (code, name)."""
        return [(one.code, one.name) for one in self.active if kind in (None, one.kind)]

    @property
    def active(self) -> tuple[OrganisationView, ...]:
        """Those that have not ended."""
        return tuple(found for found in self.all if found.ended_at is None)


def organisations(ledger: Application, actor: Actor) -> Organisations:
    """Reads them once for a page."""
    found = tuple(ledger.governance.organisations(actor))
    return Organisations(found, tuple(one for one in found if one.id in actor.communities))
