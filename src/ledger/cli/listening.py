"""The socket that the service listens on."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from ledger.errors import Misconfigured


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """A socket bound to the preferred port, or to a free one if that is taken.

    Raises Misconfigured `cli.serve.cannot_listen`.
    """
    try:
        listener = _bound(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise Misconfigured("cli.serve.cannot_listen", host=host, port=port) from error
        listener = _bound(host, 0)
    with listener:
        yield listener


def address_of(listener: socket.socket) -> str:
    """The service's address as a URL."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # whoever comes before the service is ready waits, and is not turned away
    except OSError:
        listener.close()
        raise
    return listener
