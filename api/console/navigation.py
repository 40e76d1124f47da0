"""Where each kind of user may go from every page."""

from __future__ import annotations

from ledger.services.actors import Actor, Role

_PEOPLE = (
    ("/", "console.nav.home"),
    ("/people", "console.nav.look_up"),
    ("/due", "console.nav.due"),
    ("/months", "console.nav.months"),
    ("/moves", "console.nav.moves"),
    ("/cases", "console.nav.cases"),
    ("/ladder", "console.ladder.title"),
    ("/notices", "console.notices.title"),
    ("/imports", "console.nav.import"),
)
_OPERATOR = (
    ("/", "console.nav.health"),
    ("/users", "console.nav.users"),
    ("/organisations", "console.nav.organisations"),
    ("/api-keys", "console.nav.api_keys"),
)
_AUDITOR = (("/", "console.nav.health"), ("/organisations", "console.nav.organisations"))
_FAMILY = (("/", "console.nav.home"),)


def navigation(actor: Actor) -> tuple[tuple[str, str], ...]:
    """(path, message code of its name) of the pages in the header."""
    match actor.role:
        case Role.WORKER | Role.REVIEWER:
            return _PEOPLE
        case Role.OPERATOR:
            return _OPERATOR
        case Role.FAMILY:
            return _FAMILY
        case _:
            return _AUDITOR
