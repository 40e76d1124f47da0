"""An index built from nothing, from nodes with limits, in pieces, and while the chain goes on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from ledger.chain.remote import RemoteEngine
from ledger.chain.rpc import RpcError
from ledger.relay.follower import _LIVE, Follower
from ledger.store import index, indexing
from ledger.store.database import Database
from tests.chain import PROGRAMME
from tests.lying_node import lying_node
from tests.relay import Relay, certify

Limit = Callable[[str, list[Any], Any], Any]


def by_blocks(method: str, params: list[Any], result: Any) -> Any:
    if method == "eth_getLogs" and "fromBlock" in params[0]:
        blocks = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
        if blocks > 12:
            raise RpcError(method, -32000, "Requested range exceeds maximum RPC range limit", None)
    return result


def by_count(method: str, _params: list[Any], result: Any) -> Any:
    if method == "eth_getLogs" and len(result) > 12:
        raise RpcError(method, -32005, "query returned more than 12 results", None)
    return result


def by_bytes(method: str, _params: list[Any], result: Any) -> Any:
    if method == "eth_getLogs" and len(str(result)) > 20_000:
        raise ConnectionAbortedError  # cut off in the middle
    return result


def unlimited(_method: str, _params: list[Any], result: Any) -> Any:
    return result


@contextmanager
def limited(relay: Relay, database: Database, limit: Limit) -> Iterator[Follower]:
    """A follower on another database, reading through a node with the limit."""
    with lying_node(relay.deployed.engine.rpc, limit) as node:
        engine = RemoteEngine([node.url], depth=0)
        yield Relay(database, replace(relay.deployed, engine=engine)).follower  # type: ignore[arg-type]
        engine.close()


def record(relay: Relay, blocks: int, tags: list[bytes]) -> None:
    """Renewals of the same few tags, one block each."""
    subjects = relay.subjects(len(tags))
    for _ in range(blocks):
        relay.accept_many([(subject, tag, certify()) for subject, tag in zip(subjects, tags, strict=True)])
        relay.settle()


def as_of(database: Database) -> index.AsOf:
    with database.read() as conn:
        at = index.as_of(conn)
    assert at
    return at


def assert_same(one: Database, other: Database, tags: list[bytes]) -> None:
    with one.read() as left, other.read() as right:
        assert index.words_of(left, PROGRAMME, tags) == index.words_of(right, PROGRAMME, tags)
        for tag in tags:
            assert index.history(left, PROGRAMME, tag) == index.history(right, PROGRAMME, tag)
        assert indexing.heads(left) == indexing.heads(right)
        assert indexing.register(left) == indexing.register(right)


@pytest.mark.parametrize("limit", [by_blocks, by_count, by_bytes, unlimited])
def test_ranges_adapt_to_what_the_node_grants_without_trouble(
    relay: Relay, database: Database, limit: Limit
) -> None:
    tags = [secrets.token_bytes(32) for _ in range(3)]
    record(relay, 40, tags)
    with limited(relay, database, limit) as follower:
        blocks: list[int] = []
        while True:
            more = follower.tick()
            assert as_of(database).trouble is None
            blocks.append(as_of(database).block)
            if not more:
                break
    assert blocks == sorted(blocks)
    assert blocks[-1] == as_of(relay.database).block
    assert_same(relay.database, database, tags)


def test_a_backfill_goes_on_where_it_was_cut_off_while_the_chain_goes_on(
    relay: Relay, database: Database
) -> None:
    """Two blocks are added for each range read, until it has caught up and reads block by block."""
    tags = [secrets.token_bytes(32) for _ in range(2)]
    record(relay, 30, tags)
    with limited(relay, database, by_blocks) as follower:
        while as_of_or_zero(database) < 20:
            assert follower.tick()
    cut_off_at = as_of(database).block
    assert cut_off_at < as_of(relay.database).block
    with limited(relay, database, by_blocks) as follower:
        rounds, distances = 0, []
        while follower.tick() or rounds < 12:
            assert as_of(database).block >= cut_off_at
            record(relay, 2 if rounds < 12 else 0, tags)
            distances.append(as_of(relay.database).block - as_of(database).block)
            rounds += 1
    assert max(distances) > _LIVE >= min(distances)  # it came from ranges to single blocks
    assert as_of(database).block == as_of(relay.database).block
    assert_same(relay.database, database, tags)


def as_of_or_zero(database: Database) -> int:
    with database.read() as conn:
        at = index.as_of(conn)
    return at.block if at else 0
