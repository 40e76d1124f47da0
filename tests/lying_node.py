"""A node that answers as the real one behind it does, but for the lies it is told to tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from ledger.chain.rpc import Rpc, RpcError

Lie = Callable[[str, list[Any], Any], Any]
"""Makes another result of (method, parameters, result). May raise RpcError."""


@contextmanager
def lying_node(real: Rpc, lie: Lie) -> Iterator[Rpc]:
    """A client of the lying node."""

    def answer(call: dict[str, Any]) -> dict[str, Any]:
        shell = {"jsonrpc": "2.0", "id": call["id"]}
        try:
            result = real.call(call["method"], *call["params"])
            return shell | {"result": lie(call["method"], call["params"], result)}
        except RpcError as error:
            return shell | {"error": {"code": error.rpc_code, "message": error.reason}}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            answers = list(map(answer, request)) if isinstance(request, list) else answer(request)
            body = json.dumps(answers).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keeps quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    client = Rpc(f"http://127.0.0.1:{server.server_port}")
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()
