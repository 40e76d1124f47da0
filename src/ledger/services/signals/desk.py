"""All use cases of signals, made together."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.services.signals.asked import Asked
from ledger.services.signals.flows import Flows
from ledger.services.signals.importing import Deliveries
from ledger.services.signals.keeping import Kept
from ledger.services.signals.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class SignalDesk:
    """Where departments and operators come with signals."""

    flows: Flows
    asked: Asked
    deliveries: Deliveries
    quarantine: Quarantine
    kept: Kept
