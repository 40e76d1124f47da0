"""The composition root: everything an installation is made of, opened in order and closed in reverse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ledger.services.access_log import AccessLog
from ledger.services.accounts import Accounts
from ledger.services.api_keys import ApiKeys
from ledger.services.certify import Certify
from ledger.services.consents import Consents
from ledger.services.decide import Decide
from ledger.services.enrol import Enrol
from ledger.services.governance import Governance
from ledger.services.lookup import Lookup
from ledger.services.operations import Operations
from ledger.services.sessions import Sessions
from ledger.services.status import Status
from ledger.settings import Settings


@dataclass(frozen=True, slots=True)
class Application:
    """A running installation's use cases."""

    settings: Settings
    accounts: Accounts
    sessions: Sessions
    api_keys: ApiKeys
    governance: Governance
    enrol: Enrol
    certify: Certify
    consents: Consents
    decide: Decide
    lookup: Lookup
    operations: Operations
    access_log: AccessLog
    status: Status


@contextmanager
def open_application(settings: Settings) -> Iterator[Application]:
    """Opens the installation in `settings.home`, making it on first use; closes all of it on the way out.

    Raises Misconfigured `home_in_use`, `wrong_chain`, `wrong_genesis`, `wrong_code`; CannotKnow `node_unreachable`.
    """
    raise NotImplementedError
    yield
