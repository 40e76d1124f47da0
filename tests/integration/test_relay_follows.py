"""The index follows the chain wherever it goes, and says when it can't."""

from __future__ import annotations

import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from ledger.chain.remote import RemoteEngine
from ledger.chain.rpc import Rpc
from ledger.encoding.words import certification
from ledger.errors import CannotKnow, Misconfigured
from ledger.relay.follower import Follower
from ledger.relay.ranges import Span
from ledger.relay.runner import Relay as Runner
from ledger.store import index, indexing
from ledger.store.database import Database
from ledger.store.turn import Turn
from tests.chain import PROGRAMME, DeployedChain
from tests.relay import Relay, certify


class MiningEngine(RemoteEngine):
    """A chain with a depth of finality whose blocks the tests make."""

    def seal(self) -> None:
        self.rpc.call("evm_mine")


@pytest.fixture
def shaky(any_database: Database, deployed: DeployedChain) -> Iterator[Relay]:
    """A relay on a chain that may reorganise; blocks are final under two others."""
    engine = MiningEngine([deployed.engine.url], depth=2, patience=0.0)
    relay = Relay(any_database, replace(deployed, engine=engine))  # type: ignore[arg-type]
    relay.follow()
    yield relay
    relay.audit()
    engine.close()
    # The embedded chain would find blocks other than those it has journalled.
    os.kill(deployed.engine.pid, signal.SIGKILL)
    while deployed.engine.alive:
        time.sleep(0.01)


def as_of(relay: Relay) -> index.AsOf:
    with relay.database.read() as conn:
        at = index.as_of(conn)
    assert at
    return at


def mine(relay: Relay, blocks: int) -> None:
    for _ in range(blocks):
        relay.deployed.engine.seal()
    relay.follow()


def records(relay: Relay, tag: bytes) -> list[bytes]:
    with relay.database.read() as conn:
        return [revision.record_hash for revision in index.history(conn, PROGRAMME, tag)]


def test_by_depth_an_operation_is_included_first_and_final_later(shaky: Relay) -> None:
    tag = secrets.token_bytes(32)
    operation = shaky.accept(shaky.subject(), tag, certify())
    shaky.submitter.tick()
    shaky.follow()
    assert shaky.operation(operation).state == "included"
    assert certification.revision(shaky.word(tag)) == 1
    mine(shaky, 2)
    assert shaky.operation(operation).state == "final"


def test_the_next_change_of_a_tag_does_not_wait_for_finality(shaky: Relay) -> None:
    subject, tag = shaky.subject(), secrets.token_bytes(32)
    shaky.accept(subject, tag, certify())
    second = shaky.accept(subject, tag, certify())
    for _ in range(2):
        shaky.submitter.tick()
        shaky.follow()
    assert (shaky.operation(second).state, shaky.operation(second).revision) == ("included", 2)


@pytest.mark.parametrize("depth", [1, 2, 5, 12])
def test_a_reorganisation_is_undone_and_the_records_go_through_again(shaky: Relay, depth: int) -> None:
    mine(shaky, 12)  # so that no depth reaches the contracts themselves
    subject, tag, other = shaky.subject(), secrets.token_bytes(32), secrets.token_bytes(32)
    done = [shaky.accept(subject, tag, certify())]
    shaky.submitter.tick()
    shaky.follow()
    done += [shaky.accept(subject, tag, certify()), shaky.accept(shaky.subject(), other, certify())]
    shaky.submitter.tick()
    shaky.follow()
    mine(shaky, 2)
    before = as_of(shaky)
    shaky.deployed.engine.rpc.call("anvil_setCoinbase", "0x" + "c0" * 20)  # or empty blocks come out the same
    shaky.deployed.engine.rpc.call("anvil_reorg", depth, [])
    shaky.follow()
    assert as_of(shaky).hash != before.hash
    for _ in range(4):
        shaky.submitter.tick()
        shaky.follow()
    mine(shaky, 2)
    assert [shaky.operation(one).state for one in done] == ["final"] * 3
    first, second, third = (shaky.operation(one).record_hash for one in done)
    assert records(shaky, tag) == [first, second]
    assert records(shaky, other) == [third]


def test_a_head_that_went_back_takes_the_index_with_it(shaky: Relay) -> None:
    tag = secrets.token_bytes(32)
    operation = shaky.accept(shaky.subject(), tag, certify())
    shaky.submitter.tick()
    shaky.follow()
    mine(shaky, 3)
    assert shaky.operation(operation).state == "final"
    shaky.deployed.engine.rpc.call("anvil_rollback", 4)
    shaky.follow()
    assert shaky.word(tag) == 0
    assert shaky.operation(operation).state == "sent"
    shaky.submitter.tick()
    mine(shaky, 2)
    assert shaky.operation(operation).state == "final"
    assert len(records(shaky, tag)) == 1


def test_a_node_that_lags_is_given_time_and_named_meanwhile(shaky: Relay) -> None:
    mine(shaky, 3)
    block = as_of(shaky).block
    moment = [time.time()]
    shaky.deployed.engine.patience = 30.0
    shaky.follower = shaky.new_follower(clock=lambda: moment[0])
    shaky.deployed.engine.rpc.call("anvil_rollback", 1)
    with pytest.raises(CannotKnow, match="node_behind"):
        shaky.follower.tick()
    assert (as_of(shaky).block, as_of(shaky).trouble) == (block, "node_behind")
    moment[0] += 31.0
    shaky.follow()
    assert (as_of(shaky).block, as_of(shaky).trouble) == (block - 1, None)


def test_a_node_out_of_reach_is_said_until_it_answers_again(
    relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Rpc("http://127.0.0.1:9")
    with monkeypatch.context() as patched:
        patched.setattr(relay.follower, "_rpc", nowhere)
        with pytest.raises(CannotKnow, match="node_unreachable"):
            relay.follower.tick()
    assert as_of(relay).trouble == "node_unreachable"
    relay.follow()
    assert as_of(relay).trouble is None


def test_an_index_in_trouble_forms_no_batch(relay: Relay) -> None:
    relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    with relay.database.write() as conn:
        indexing.set_trouble(conn, "node_unreachable")
    relay.submitter.tick()
    assert relay.states() == {"accepted": 1}
    relay.settle()
    assert relay.states() == {"final": 1}


@pytest.mark.parametrize("withheld", ["last", "first", "all"])
def test_a_node_that_withholds_logs_is_found_out_and_nothing_committed(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, withheld: str
) -> None:
    relay.accept_many([(subject, secrets.token_bytes(32), certify()) for subject in relay.subjects(2)])
    relay.accept_many([(relay.subject(), secrets.token_bytes(32), certify())], 12)
    relay.submitter.tick()
    block = as_of(relay).block
    honest = relay.follower._rpc.call

    def lying(method: str, *params: Any, **options: Any) -> Any:
        answer = honest(method, *params, **options)
        if method != "eth_getLogs":
            return answer
        return {"last": answer[:-1], "first": answer[1:], "all": []}[withheld]

    with monkeypatch.context() as patched:
        patched.setattr(relay.follower._rpc, "call", lying)
        with pytest.raises(CannotKnow, match="logs_withheld"):
            relay.follower.tick()
    assert (as_of(relay).block, as_of(relay).trouble) == (block, "logs_withheld")
    relay.follow()
    assert relay.states() == {"final": 3}


def test_headers_that_do_not_link_are_not_followed(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    relay.submitter.tick()
    honest = relay.follower._rpc.batch

    def lying(*args: Any, **options: Any) -> Any:
        return [answer | {"parentHash": "0x" + "ab" * 32} for answer in honest(*args, **options)]

    with monkeypatch.context() as patched:
        patched.setattr(relay.follower._rpc, "batch", lying)
        with pytest.raises(CannotKnow, match="blocks_not_linked"):
            relay.follower.tick()
    relay.follow()
    assert relay.states() == {"final": 1}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"chain_id": 5}, "chain_id_differs"), ({"genesis_hash": "0x" + "ab" * 32}, "genesis_differs")],
)
def test_another_chain_is_not_followed(relay: Relay, change: dict[str, Any], code: str) -> None:
    other = relay.deployed.deployment.model_copy(update=change)
    follower = Follower(relay.database, relay.deployed.engine, other)
    with pytest.raises(Misconfigured, match=code):
        follower.tick()
    assert as_of(relay).trouble == code


def test_an_index_built_again_from_nothing_says_the_same(relay: Relay, database: Database) -> None:
    tags = [secrets.token_bytes(32) for _ in range(30)]
    for _ in range(3):
        relay.accept_many([(s, tag, certify()) for s, tag in zip(relay.subjects(30), tags, strict=True)])
        relay.settle()
    again = Relay(database, relay.deployed)
    again.follower._span = Span(limit=1)
    again.follow()
    with relay.database.read() as one, database.read() as other:
        assert [index.history(one, PROGRAMME, tag) for tag in tags] == [
            index.history(other, PROGRAMME, tag) for tag in tags
        ]
        assert index.words_of(one, PROGRAMME, tags) == index.words_of(other, PROGRAMME, tags)
        assert indexing.heads(one) == indexing.heads(other)
        assert indexing.register(one) == indexing.register(other)


def test_the_threads_bring_what_is_accepted_to_the_chain_and_stop(relay: Relay) -> None:
    with Turn(relay.database) as turn, Runner(relay.submitter, relay.follower, turn) as runner:
        operation = relay.accept(relay.subject(), secrets.token_bytes(32), certify())
        runner.wake()
        wait_until(lambda: relay.operation(operation).state == "final")
    assert not any(thread.is_alive() for thread in runner._threads)


def test_the_threads_go_on_after_trouble(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = relay.accept(relay.subject(), secrets.token_bytes(32), certify())
    with Turn(relay.database) as turn, Runner(relay.submitter, relay.follower, turn) as runner:
        with monkeypatch.context() as patched:
            patched.setattr(relay.follower, "_rpc", Rpc("http://127.0.0.1:9"))
            runner.wake()
            wait_until(lambda: as_of(relay).trouble == "node_unreachable")
        wait_until(lambda: relay.operation(operation).state == "final")
        assert as_of(relay).trouble is None


def wait_until(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.01)
