"""Unit tests are of pure rules: none may reach a network, this machine's own included."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that a unit test or the code under it would open."""

    def refuse(_: socket.socket, address: object) -> NoReturn:
        pytest.fail(f"a unit test tried to connect to {address!r}; move it to tests/integration")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
