"""The RPC client against a real HTTP server that answers whatever a test tells it to."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ledger.chain.rpc import NodeUnreachable, Rpc, RpcError
from ledger.errors import BadInput

Answer = Callable[[Any], tuple[int, bytes]]


class Server:
    """A node whose answers are `answer(request)`."""

    def __init__(self) -> None:
        self.answer: Answer = lambda request: (200, _result(request, "0x1"))
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer.headers.append({name.lower(): value for name, value in self.headers.items()})
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = outer.answer(json.loads(body))
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
def rpc(server: Server) -> Iterator[Rpc]:
    client = Rpc(f"http://127.0.0.1:{server.port}", timeout=2.0, response_limit=10_000)
    yield client
    client.close()


def _result(request: Any, result: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode()


def _error(request: Any, **error: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}).encode()


def test_a_call_returns_its_result(rpc: Rpc) -> None:
    assert rpc.call("eth_chainId") == "0x1"


def test_a_batch_is_answered_in_its_own_order(server: Server, rpc: Rpc) -> None:
    server.answer = lambda request: (
        200,
        json.dumps(
            [{"jsonrpc": "2.0", "id": c["id"], "result": c["params"][0]} for c in reversed(request)]
        ).encode(),
    )
    assert rpc.batch([("m", [n]) for n in range(250)]) == list(range(250))


def test_a_revert_carries_its_data(server: Server, rpc: Rpc) -> None:
    server.answer = lambda request: (200, _error(request, code=3, message="reverted", data="0x08c379a0"))
    with pytest.raises(RpcError, match="reverted") as caught:
        rpc.call("eth_call")
    assert caught.value.data == bytes.fromhex("08c379a0")
    assert caught.value.rpc_code == 3
    assert caught.value.exit_code == 3


def test_errors_within_a_batch_are_kept_if_asked_for(server: Server, rpc: Rpc) -> None:
    server.answer = lambda request: (
        200,
        b"["
        + _result(request[0], 1)
        + b","
        + _error(request[1], code=-32003, message="nonce too low")
        + b"]",
    )
    first, second = rpc.batch([("m", []), ("m", [])], keep_errors=True)
    assert first == 1
    assert isinstance(second, RpcError)
    with pytest.raises(RpcError, match="nonce too low"):
        rpc.batch([("m", []), ("m", [])])


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>busy</html>",
        b'{"jsonrpc":"2.0","id":1,"result":',
        b'{"jsonrpc":"2.0","id":999,"result":1}',
        b'{"id":1,"result":1}',
        b'{"jsonrpc":"2.0","id":1}',
        b"[]",
        b"7",
        b'"' + b"x" * 20_000 + b'"',
        b"\xff\xfe",
    ],
)
def test_what_is_no_answer_to_the_call_is_never_a_result(server: Server, rpc: Rpc, answer: bytes) -> None:
    server.answer = lambda _: (200, answer)
    with pytest.raises(NodeUnreachable, match="node_answer_malformed"):
        rpc.call("eth_chainId")
    with pytest.raises(NodeUnreachable, match="node_answer_malformed"):
        rpc.batch([("eth_chainId", []), ("eth_chainId", [])])


def test_a_repeated_answer_in_a_batch_is_noticed(server: Server, rpc: Rpc) -> None:
    server.answer = lambda request: (200, b"[" + b",".join([_result(request[0], 1)] * 2) + b"]")
    with pytest.raises(NodeUnreachable, match="node_answer_malformed"):
        rpc.batch([("m", []), ("m", [])])


@pytest.mark.parametrize("status", [301, 401, 429, 500, 503])
def test_other_statuses_mean_that_the_node_is_out_of_reach(server: Server, rpc: Rpc, status: int) -> None:
    server.answer = lambda _: (status, b"no")
    with pytest.raises(NodeUnreachable, match=f"HTTP {status}"):
        rpc.call("eth_chainId")


def test_a_closed_port_means_that_the_node_is_out_of_reach() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        rpc = Rpc(f"http://127.0.0.1:{held.getsockname()[1]}", timeout=1.0)
        with pytest.raises(NodeUnreachable, match="node_unreachable"):
            rpc.call("eth_chainId")


def test_a_silent_node_times_out(server: Server) -> None:
    release = threading.Event()
    server.answer = lambda request: (200, _result(request, release.wait(10)))
    rpc = Rpc(f"http://127.0.0.1:{server.port}", timeout=0.1)
    with pytest.raises(NodeUnreachable, match="ReadTimeoutError"):
        rpc.call("eth_chainId")
    release.set()
    rpc.close()


def test_a_password_in_the_url_is_sent_and_never_shown(server: Server) -> None:
    rpc = Rpc(f"http://user:secret@127.0.0.1:{server.port}/key")
    assert rpc.call("eth_chainId") == "0x1"
    assert server.headers[-1]["authorization"].startswith("Basic ")
    server.answer = lambda _: (500, b"")
    with pytest.raises(NodeUnreachable) as caught:
        rpc.call("eth_chainId")
    assert "secret" not in str(caught.value)
    assert "key" not in str(caught.value)
    rpc.close()


@pytest.mark.parametrize(
    "url", ["", "localhost:8545", "ws://127.0.0.1:8545", "http://", "file:///etc/passwd"]
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(BadInput, match="rpc_url_malformed"):
        Rpc(url)
