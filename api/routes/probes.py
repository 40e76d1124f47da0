"""What whoever runs the service asks it: is it up, can it be relied on, how is it doing."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import BaseModel

from api.security import Ledger
from ledger.services.status import Health, Status

router = APIRouter(tags=["probes"])


class Alive(BaseModel):
    """The process answers."""

    status: str = "ok"


@router.get("/healthz", summary="Is the process up?")
def healthz() -> Alive:
    """Says nothing about the chain or the database."""
    return Alive()


@router.get("/readyz", summary="Can answers be relied on?", responses={503: {"model": Health}})
def readyz(ledger: Ledger, response: Response) -> Health:
    """503 while the index is behind or the node is out of reach; look-ups then answer UNKNOWN."""
    health = ledger.status.health()
    response.status_code = 200 if health.ready else 503
    return health


@router.get("/metrics", response_class=Response, summary="Prometheus metrics")
def metrics(request: Request) -> Response:
    """The app's own and the process's, in the text format that the client library names."""
    own = generate_latest(request.app.state.metrics)
    return Response(own + generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


class StatusCollector(Collector):
    """The service's health as gauges, read when asked for."""

    def __init__(self, status: Status) -> None:
        self.status = status

    def collect(self) -> Iterator[Metric]:
        health = self.status.health()
        figures = {
            "ledger_ready": ("Whether answers can be relied on", float(health.ready)),
            "ledger_index_block": ("Last block indexed", float(health.as_of.block if health.as_of else -1)),
            "ledger_chain_head": ("The node's head when it last answered", float(health.head)),
            "ledger_chain_contact_age_seconds": ("Time since the node answered", health.checked_seconds_ago),
            "ledger_operations_waiting": ("Operations accepted and not final", float(health.waiting)),
        }
        for name, (description, value) in figures.items():
            yield GaugeMetricFamily(name, description, value=value)
        nodes = GaugeMetricFamily("ledger_node_up", "Whether a node is not left out", labels=["node"])
        for node in health.nodes:
            nodes.add_metric([node.node], float(node.trouble is None))
        yield nodes


def new_registry(status: Status) -> CollectorRegistry:
    """A registry of the app's own: two apps in a process must not share one."""
    registry = CollectorRegistry()
    registry.register(StatusCollector(status))
    return registry
