"""Several nodes of one chain: who differs, withholds, lags or is silent is named, left out, taken back."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from api.app import create_app
from ledger.chain.nodes import NodePool
from ledger.chain.remote import RemoteEngine
from ledger.chain.rpc import NodeUnreachable, Rpc
from ledger.errors import CannotKnow
from ledger.services.certify import CertificationRequest
from ledger.store import index
from tests.chain import DeployedChain, chain_that_others_run
from tests.installation import open_installation
from tests.lying_node import lying_node
from tests.mirror import Mirror, mirror
from tests.relay import Relay, certify

NEVER = 3600.0
"""Seconds between comparisons: the tests make them themselves."""


@dataclass
class Network:
    """The embedded chain as a node, one that mirrors it, and one that lies once it is told to."""

    deployed: DeployedChain
    second: Mirror
    liar: Rpc
    lies: list[Callable[[str, list[Any], Any], Any]]
    stack: ExitStack = field(repr=False)

    @property
    def urls(self) -> list[str]:
        """The honest first, then its mirror, then the liar."""
        return [self.deployed.engine.url, self.second.rpc.url, self.liar.url]

    def mine(self, blocks: int) -> None:
        """Empty blocks, on every node."""
        for _ in range(blocks):
            self.deployed.engine.rpc.call("evm_mine")
        self.second.catch_up()

    def pool(self, *urls: str, depth: int = 0) -> NodePool:
        pool = NodePool(urls or self.urls, depth=depth, check_every=NEVER)
        self.stack.callback(pool.close)
        return pool

    def engine(self, *urls: str) -> RemoteEngine:
        engine = RemoteEngine(urls or self.urls, depth=0, check_every=NEVER)
        self.stack.callback(engine.close)
        return engine


@pytest.fixture
def network(deployed: DeployedChain, tmp_path: Path) -> Iterator[Network]:
    lies: list[Callable[[str, list[Any], Any], Any]] = []

    def lie(method: str, params: list[Any], result: Any) -> Any:
        for told in lies:
            result = told(method, params, result)
        return result

    with ExitStack() as stack:
        second = stack.enter_context(mirror(deployed.engine, tmp_path / "chain", tmp_path / "second"))
        liar = stack.enter_context(lying_node(second.rpc, lie))
        yield Network(deployed, second, liar, lies, stack)


def troubles(pool: NodePool) -> list[str | None]:
    return [node.trouble for node in pool.health()]


def another_past(method: str, _params: list[Any], result: Any) -> Any:
    if method == "eth_getBlockByNumber" and result and int(result["number"], 16) > 0:
        return result | {"hash": "0x" + "ab" * 32}
    return result


def another_fork(method: str, _params: list[Any], result: Any) -> Any:
    """Blocks of another beneficiary are another fork; here from the first on that has none of ours."""
    if (
        method == "eth_getBlockByNumber"
        and result
        and not result["transactions"]
        and result["number"] != "0x0"
    ):
        return result | {"hash": "0x" + "ab" * 32}
    return result


def no_answer(*_: Any) -> Any:
    raise ConnectionAbortedError  # the node hangs up


def no_logs(method: str, _params: list[Any], result: Any) -> Any:
    return result[:-1] if method == "eth_getLogs" else result


def far_ahead(method: str, params: list[Any], result: Any) -> Any:
    if method == "eth_getBlockByNumber" and params[0] == "latest":
        return result | {"number": hex(10**9)}
    return result


def test_nodes_that_agree_are_all_well_and_the_first_is_asked(network: Network) -> None:
    pool = network.pool()
    health = pool.health()
    assert [node.trouble for node in health] == [None] * 3
    assert [node.in_use for node in health] == [True, False, False]
    assert [node.head for node in health] == [network.second.head] * 3
    assert pool.call("eth_chainId") == network.deployed.engine.rpc.call("eth_chainId")


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (another_fork, "node_block_differs"),
        (another_past, "node_history_differs"),
        (no_answer, "node_unreachable"),
    ],
)
def test_a_node_that_differs_or_is_silent_is_named_left_out_and_taken_back(
    network: Network, lie: Callable[..., Any], code: str
) -> None:
    liar, second, first = network.liar.url, network.second.rpc.url, network.deployed.engine.url
    pool = network.pool(liar, second, first)
    network.mine(1)
    network.lies.append(lie)
    with structlog.testing.capture_logs() as logs:
        pool.check()
    assert troubles(pool) == [code, None, None]
    assert {
        "event": "node.left_out",
        "node": network.liar.location,
        "code": code,
        "log_level": "warning",
    } in logs
    block = pool.call("eth_getBlockByNumber", "latest", False)
    assert block == network.second.rpc.call("eth_getBlockByNumber", "latest", False)
    network.lies.clear()
    with structlog.testing.capture_logs() as logs:
        pool.check()
    assert troubles(pool) == [None] * 3
    assert ("node.back", network.liar.location) in [(entry["event"], entry["node"]) for entry in logs]
    assert [node.in_use for node in pool.health()] == [False, True, False]  # no need to change back


def test_the_question_that_a_node_leaves_unanswered_goes_to_the_next(network: Network) -> None:
    pool = network.pool(network.liar.url, network.second.rpc.url)
    network.lies.append(no_answer)
    assert pool.batch([("eth_chainId", []), ("eth_blockNumber", [])])[1] == hex(network.second.head)
    assert troubles(pool) == ["node_unreachable", None]


def test_a_node_that_lags_is_named_and_asked_only_if_there_is_no_other(network: Network) -> None:
    pool = network.pool(network.second.rpc.url, network.deployed.engine.url)
    for _ in range(8):
        network.deployed.engine.rpc.call("evm_mine")
    pool.check()
    assert troubles(pool) == ["node_behind", None]
    assert pool.call("eth_blockNumber") == network.deployed.engine.rpc.call("eth_blockNumber")
    network.second.catch_up()
    pool.check()
    assert troubles(pool) == [None, None]
    for _ in range(8):
        network.deployed.engine.rpc.call("evm_mine")
    pool.check()
    pool._nodes[1].rpc = Rpc("http://127.0.0.1:9")
    assert pool.call("eth_blockNumber") == hex(network.second.head)


def test_of_two_that_disagree_neither_is_believed(network: Network) -> None:
    pool = network.pool(network.deployed.engine.url, network.liar.url)
    network.mine(1)
    network.lies.append(another_fork)
    pool.check()
    assert troubles(pool) == ["nodes_disagree"] * 2
    with pytest.raises(NodeUnreachable, match="nodes_unusable"):
        pool.call("eth_chainId")
    network.lies.clear()
    pool.check()
    assert troubles(pool) == [None, None]


def test_of_two_the_one_that_changed_its_past_is_left_out(network: Network) -> None:
    pool = network.pool(network.deployed.engine.url, network.liar.url)
    network.lies.append(another_past)
    pool.check()
    assert troubles(pool) == [None, "node_history_differs"]


def test_a_node_found_wrong_is_not_asked_for_a_while_and_the_last_one_is_kept(network: Network) -> None:
    pool = network.pool(network.liar.url, network.second.rpc.url)
    pool.call("eth_chainId")
    assert pool.reject("logs_withheld")
    assert troubles(pool) == ["logs_withheld", None]
    pool.check()
    assert troubles(pool) == ["logs_withheld", None]
    pool.call("eth_chainId")
    assert not pool.reject("logs_withheld")
    assert troubles(pool) == ["logs_withheld", None]
    pool._nodes[0].banned_until = 0.0  # the while is over
    pool.check()
    assert troubles(pool) == [None, None]


def as_of(relay: Relay) -> index.AsOf:
    with relay.database.read() as conn:
        at = index.as_of(conn)
    assert at
    return at


def accept_three(relay: Relay) -> list[str]:
    return relay.accept_many([(s, secrets.token_bytes(32), certify()) for s in relay.subjects(3)])


@pytest.mark.parametrize("lie", [no_logs, no_answer, another_past, far_ahead])
def test_the_follower_goes_on_with_an_honest_node_and_is_never_in_trouble(
    relay: Relay, network: Network, lie: Callable[..., Any]
) -> None:
    engine = network.engine(network.liar.url, network.deployed.engine.url)
    done = accept_three(relay)
    relay.submitter.tick()
    network.second.catch_up()
    network.lies.append(lie)
    follower = Relay(relay.database, replace(relay.deployed, engine=engine)).follower  # type: ignore[arg-type]
    while follower.tick():
        assert as_of(relay).trouble is None
    assert as_of(relay).trouble is None
    assert {relay.operation(one).state for one in done} == {"final"}
    assert engine.nodes()[1].in_use


def test_with_no_node_left_answers_are_unknown_and_nothing_is_lost(relay: Relay, network: Network) -> None:
    engine = network.engine(network.deployed.engine.url, network.liar.url)
    other = Relay(relay.database, replace(relay.deployed, engine=engine))  # type: ignore[arg-type]
    done = accept_three(relay)
    network.mine(1)
    network.lies.append(another_fork)
    engine._pool.check()  # type: ignore[union-attr]
    with pytest.raises(CannotKnow, match="nodes_unusable"):
        other.follower.tick()
    assert as_of(relay).trouble == "nodes_unusable"
    other.submitter.form()
    assert {relay.operation(one).state for one in done} == {"accepted"}
    network.lies.clear()
    engine._pool.check()  # type: ignore[union-attr]
    relay.settle()
    assert {relay.operation(one).state for one in done} == {"final"}


def test_a_node_that_keeps_a_transaction_to_itself_keeps_it_from_nobody(
    relay: Relay, network: Network
) -> None:
    """The mirror has no peers: what only it is sent is in no block of the chain."""
    engine = network.engine(network.second.rpc.url, network.deployed.engine.url)
    other = Relay(relay.database, replace(relay.deployed, engine=engine))  # type: ignore[arg-type]
    done = accept_three(relay)
    other.submitter.tick()
    network.deployed.engine.seal()
    relay.follow()
    assert {relay.operation(one).state for one in done} == {"final"}


def get(app: FastAPI, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(ask())


def test_a_service_goes_on_when_one_of_its_nodes_dies_and_says_which(tmp_path: Path) -> None:
    lies: list[Callable[..., Any]] = []

    def lie(*answer: Any) -> Any:
        return lies[0](*answer) if lies else answer[-1]

    with chain_that_others_run(tmp_path / "chain") as chain, lying_node(chain.rpc, lie) as second:
        urls = f"{second.url}, {chain.url}"
        with open_installation(tmp_path / "home", rpc_url=urls) as installation:
            app = create_app(installation.application)
            assert [node["in_use"] for node in get(app, "/readyz").json()["nodes"]] == [True, False]
            lies.append(no_answer)
            request = CertificationRequest(installation.enrol(), method="visit")
            installation.application.certify.submit_one(installation.worker, request)
            installation.settle()
            ready = get(app, "/readyz")
            metrics = get(app, "/metrics").text
    assert ready.status_code == 200
    assert [(node["node"], node["trouble"]) for node in ready.json()["nodes"]] == [
        (second.location, "node_unreachable"),
        (chain.rpc.location, None),
    ]
    assert f'ledger_node_up{{node="{second.location}"}} 0.0' in metrics
