"""All use cases of seamless certification, made together."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.seamless.notices import Notices
from ledger.services.seamless.reasons import Explanations
from ledger.services.seamless.runs import Runs
from ledger.services.seamless.weeks import Weeks


@dataclass(frozen=True, slots=True)
class SeamlessDesk:
    """The run, why it came to what it came to, its report, and the notices that it stands on."""

    runs: Runs
    explanations: Explanations
    weeks: Weeks
    notices: Notices
