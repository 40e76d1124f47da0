"""The nine communities of the demonstration city. Their provenance stands at the head of
`communities.csv`."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from ledger.domain.divisions import Community

PILOT_COMMUNITY = "510181004002"
"""Nanqiao (南桥社区), the pilot of seamless certification."""


@cache
def demo_communities() -> tuple[Community, ...]:
    """The communities in the order of their codes."""
    text = (resources.files(__package__) / "communities.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(Community(**row) for row in rows)
