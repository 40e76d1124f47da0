"""Requests over kept-alive connections, as fast as they are answered, from a process of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

_LENGTH = b"content-length: "
_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Load:
    """What several connections had: answers a second, and each answer's seconds in order of size."""

    per_s: float
    seconds: list[float]

    def percentile(self, share: float) -> float:
        """Seconds within which this share of the answers came."""
        return self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))]


def drive(
    url: str,
    path: str,
    bodies: Sequence[bytes],
    *,
    key: str,
    connections: int = 8,
    warm_up: float = 2.0,
    measured: float = 10.0,
) -> Load:
    """POSTs the bodies in turn for `warm_up` and `measured` seconds; counts the latter.

    Raises RuntimeError for an answer that isn't 200.
    """
    head = _head("POST", url, path, key) + b"Content-Type: application/json\r\nContent-Length: "
    requests = [head + str(len(body)).encode() + _END + body for body in bodies]
    return _apart(url, requests, connections, warm_up, measured)


def drive_gets(
    url: str,
    paths: Sequence[str],
    *,
    key: str,
    connections: int = 8,
    warm_up: float = 2.0,
    measured: float = 10.0,
) -> Load:
    """GETs the paths in turn, as `drive` does."""
    requests = [_head("GET", url, path, key) + b"\r\n" for path in paths]
    return _apart(url, requests, connections, warm_up, measured)


def _head(method: str, url: str, path: str, key: str) -> bytes:
    host = urlsplit(url).netloc
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n".encode()


def _apart(url: str, requests: list[bytes], connections: int, warm_up: float, measured: float) -> Load:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_drive, url, requests, connections, warm_up, measured).result()


def _drive(url: str, requests: list[bytes], connections: int, warm_up: float, measured: float) -> Load:
    address = urlsplit(url)
    begin = time.perf_counter() + warm_up
    end = begin + measured
    seconds: list[list[float]] = [[] for _ in range(connections)]
    wrong: list[str] = []

    def work(number: int) -> None:
        with socket.create_connection((address.hostname or "", address.port or 80)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            at = number
            while not wrong:
                sent = time.perf_counter()
                if sent >= end:
                    return
                connection.sendall(requests[at % len(requests)])
                answer = _receive(connection)
                if not answer.startswith(b"HTTP/1.1 200"):
                    wrong.append(answer[:400].decode(errors="replace"))
                    return
                answered = time.perf_counter()
                if begin <= sent and answered <= end:
                    seconds[number].append(answered - sent)
                at += connections

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(wrong[0])
    every = sorted(one for part in seconds for one in part)
    return Load(len(every) / measured, every)


def _receive(connection: socket.socket) -> bytes:
    """One answer: its head, and as much of a body as that says."""
    data = connection.recv(65_536)
    while _END not in data:
        data += connection.recv(65_536)
    head, _, rest = data.partition(_END)
    lowered = head.lower()
    start = lowered.index(_LENGTH) + len(_LENGTH)
    missing = int(lowered[start:].split(b"\r\n", 1)[0]) - len(rest)
    while missing > 0:
        part = connection.recv(65_536)
        missing -= len(part)
        data += part
    return data
