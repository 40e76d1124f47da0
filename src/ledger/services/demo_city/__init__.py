"""The demonstration city: synthetic people in nine real communities, the same on every machine."""

from ledger.services.demo_city.communities import PILOT_COMMUNITY, demo_communities
from ledger.services.demo_city.people import AS_OF, City, build_city
from ledger.services.demo_city.rosters import write_rosters

__all__ = ["AS_OF", "PILOT_COMMUNITY", "City", "build_city", "demo_communities", "write_rosters"]
