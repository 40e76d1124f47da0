"""The peer: a bare ASGI route that reads a row by its key and adds one, committed in groups. Nothing else."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]
_ROWS = 500_000


def main() -> None:
    """Serves from a database of its own in the folder named; prints its address."""
    import uvicorn

    from ledger.cli.listening import address_of, listen

    file = Path(sys.argv[1]) / "bare.sqlite"
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        "CREATE TABLE words (tag BLOB PRIMARY KEY, word BLOB NOT NULL) WITHOUT ROWID;"
        "CREATE TABLE log (sequence INTEGER PRIMARY KEY, leaf BLOB NOT NULL);"
    )
    database.execute("BEGIN")
    database.executemany(
        "INSERT INTO words VALUES (?, ?)", ((n.to_bytes(32, "big"), bytes(32)) for n in range(_ROWS))
    )
    database.execute("COMMIT")
    config = uvicorn.Config(_Bare(database), log_config=None, access_log=False, lifespan="off")
    with listen("127.0.0.1", 0) as listener:
        print(address_of(listener), flush=True)
        uvicorn.Server(config).run(sockets=[listener])


class _Bare:
    """The application."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._busy = False
        self._asked = 0

    async def __call__(
        self,
        _scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        await receive()
        self._asked = (self._asked * 48271 + 1) % _ROWS
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((self._asked, done))
        if not self._busy:
            self._busy = True
            asyncio.get_running_loop().create_task(self._commit())
        await done
        body = b"{}"
        length = str(len(body)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": body})

    async def _commit(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            await asyncio.to_thread(self._write, [number for number, _ in group])
            for _, done in group:
                if not done.done():
                    done.set_result(None)
        self._busy = False

    def _write(self, numbers: list[int]) -> None:
        execute = self._database.execute
        execute("BEGIN IMMEDIATE")
        for number in numbers:
            row = execute("SELECT word FROM words WHERE tag = ?", (number.to_bytes(32, "big"),)).fetchone()
            execute("INSERT INTO log (leaf) VALUES (?)", (row[0],))
        execute("COMMIT")


if __name__ == "__main__":
    main()
