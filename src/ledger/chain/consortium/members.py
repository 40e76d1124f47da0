"""The members of a network, and where each one's node listens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FIRST_PORT = 26_600
_PORTS_EACH = 10


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of a node: `p2p` for the other members, the rest for the member's own machine."""

    host: str
    p2p: int
    comet: int
    """CometBFT's RPC: signed headers and validator sets."""
    json_rpc: int
    """Ethereum's JSON-RPC."""
    websocket: int
    grpc: int

    @property
    def json_rpc_url(self) -> str:
        """For `ledger serve --rpc`."""
        return f"http://{self.host}:{self.json_rpc}"

    @property
    def comet_url(self) -> str:
        """For what proves a header."""
        return f"http://{self.host}:{self.comet}"


def endpoints(number: int, *, host: str = "127.0.0.1", first_port: int = FIRST_PORT) -> Endpoints:
    """Those of member `number`, counted from 1: ten ports each, so that all fit on one machine."""
    start = first_port + _PORTS_EACH * (number - 1)
    return Endpoints(host, *range(start, start + 5))


@dataclass(frozen=True, slots=True)
class Member:
    """A member organisation of the network."""

    number: int
    """From 1."""
    name: str
    folder: Path
    """All that its node needs: could be carried to a machine of its own."""
    endpoints: Endpoints
