"""Register events keep every field on their way through the database."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ledger.domain import events
from ledger.domain.events import Contract, CountedEvent
from ledger.relay.registers import from_row, to_row
from tests.samples import Ledger, address, tag

PLACE = Ledger().position()
EVENTS: list[Any] = [
    *Ledger.of_the_city().events,
    events.GovernanceTransferred(PLACE, Contract.MEMBERS, 3, address(1), address(2)),
    events.TreeHeadAnchored(PLACE, Contract.ANCHORS, 1, 4, 1, 9, b"\x01" * 32, 7, b"\x02" * 65),  # type: ignore[arg-type]
    events.WordsImported(PLACE, Contract.CONSENTS, 1, (tag(1), tag(2)), (1 << 255, 2)),  # type: ignore[arg-type]
    events.OrganisationAdded(PLACE, Contract.MEMBERS, 1, 5, 0, 1, address(1), "0xabc 关口街道"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_an_event_comes_back_as_it_was(event: CountedEvent) -> None:
    row = to_row(event)
    assert from_row(replace(row, arguments=json.loads(json.dumps(dict(row.arguments))))) == event
