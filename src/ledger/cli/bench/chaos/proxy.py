"""A node's JSON-RPC through a proxy that spoils the conversation as it is told."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread
from typing import Any

import urllib3

from ledger.cli.bench.chaos.schedule import Kind

_SPOILT = 0.3
"""The share of requests that a fault hits while it lasts."""
_NOISE = 0.02
"""The share of requests that each of these hits at any time."""
_NOISES = (
    *(Kind.DROP_REQUEST, Kind.DELAY, Kind.HTTP_ERROR, Kind.REPEAT),
    *[Kind.DROP_REPLY, Kind.TRUNCATE] * 2,  # the ones that leave in doubt what was done
)
_STATUSES = (429, 500, 502, 503, 504)


class Proxy:
    """Passes requests on to `target`. `mode` says what is being done to them, None for nothing but noise."""

    def __init__(self, target: str, seed: int) -> None:
        self._target = target
        self._random = Random(f"proxy/{seed}")  # noqa: S311
        self._lock = Lock()
        self._pool = urllib3.PoolManager(retries=False, maxsize=16)
        self._earlier = b"{}"
        self._frozen: int | None = None
        self.mode: Kind | None = None
        self.is_noisy = False
        self.on_send: Callable[[], None] | None = None
        """Called once, when next a transaction is sent: just before it is passed on, or just after."""
        self.passes_on: bool | None = None
        """Which of the two; None: the one as often as the other."""
        self.spoilt: Counter[Kind] = Counter()

    def begin(self, mode: Kind, amount: int) -> None:
        """From now on, this is done to requests; an old head is `amount` blocks back."""
        if mode is Kind.OLD_HEAD:
            self._frozen = max(0, self._height() - amount)
        self.mode = mode

    def end(self) -> None:
        """From now on, requests are passed on as they are."""
        self.mode, self._frozen = None, None

    def answer(self, body: bytes) -> tuple[int, bytes] | None:
        """HTTP status and body for a request, or None to hang up."""
        with self._lock:
            on_send = self.on_send
            if on_send is not None and b"eth_sendRawTransaction" in body:
                self.on_send = None
            else:
                on_send = None
            passes_on = self._random.random() < 0.5 if self.passes_on is None else self.passes_on
        if on_send is not None:
            if passes_on:
                self._pass_on(body)
            on_send()
            return None
        with self._lock:
            mode = self._drawn()
            pause, status = self._random.uniform(0.1, 2.0), self._random.choice(_STATUSES)
            if mode is not None:
                self.spoilt[mode] += 1
        if mode in {Kind.DROP_REQUEST, Kind.OUTAGE}:
            return None
        if mode is Kind.HTTP_ERROR:
            return status, b"try again later"
        if mode is Kind.DELAY:
            time.sleep(pause)
        frozen = self._frozen
        if mode is Kind.OLD_HEAD and frozen is not None:
            return 200, self._as_of(frozen, body)
        reply = self._pass_on(body)
        if mode is Kind.DROP_REPLY:
            return None
        if mode is Kind.TRUNCATE:
            return 200, reply[: len(reply) // 2]
        if mode is Kind.REPEAT:
            return 200, self._earlier
        self._earlier = reply
        return 200, reply

    def _drawn(self) -> Kind | None:
        """What is done to the next request."""
        if self.mode in {Kind.OUTAGE, Kind.OLD_HEAD} or (self.mode and self._random.random() < _SPOILT):
            return self.mode
        noise = self._random.random()
        return _NOISES[int(noise / _NOISE)] if self.is_noisy and noise < _NOISE * len(_NOISES) else None

    def _pass_on(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json"}
        return self._pool.request("POST", self._target, body=body, headers=headers).data

    def _height(self) -> int:
        call = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}).encode()
        return int(json.loads(self._pass_on(call))["result"], 16)

    def _as_of(self, height: int, body: bytes) -> bytes:
        """As a node answers that stands at an earlier block: it has seen neither later ones nor what is in
        them.
        """
        request = json.loads(body)
        calls = request if isinstance(request, list) else [request]
        for call in calls:
            call["params"] = [hex(height) if one in ("latest", "pending") else one for one in call["params"]]
        replies = json.loads(self._pass_on(json.dumps(request).encode()))
        for call, reply in zip(calls, replies if isinstance(replies, list) else [replies], strict=True):
            if call["method"] == "eth_blockNumber":
                reply["result"] = hex(height)
            elif _height_of(reply.get("result")) > height:
                reply["result"] = None
        return json.dumps(replies).encode()


def _height_of(result: Any) -> int:
    if not isinstance(result, dict):
        return 0
    number = result.get("blockNumber") or result.get("number") or "0x0"
    return int(number, 16)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that was killed while it was answered is no error here."""


@contextmanager
def proxied(target: str, seed: int) -> Iterator[tuple[Proxy, str]]:
    """A running proxy and its URL."""
    proxy = Proxy(target, seed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                answer = proxy.answer(body)
            except urllib3.exceptions.HTTPError:
                answer = None
            if answer is None:
                self.close_connection = True
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, reply = answer
            with suppress(OSError):
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,), name="rpc-proxy", daemon=True)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
