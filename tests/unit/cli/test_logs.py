"""The service's log file is turned over by its size, and nobody else may read it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from ledger.cli import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_full_file_is_put_aside_and_no_line_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_LARGEST", 2_000)
    path = tmp_path / "service.log"
    for begun in (0, 10):  # and a file that is there already is gone on with
        logs.write_logs_to(path)
        for number in range(begun, begun + 10):
            structlog.get_logger("test").info("said", number=number, text="老人" * 20)
    files = sorted(tmp_path.iterdir(), reverse=True)
    assert len(files) > 1
    lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    assert [line["number"] for line in lines] == list(range(20))
    assert all(file.stat().st_size <= 2_000 for file in files)
    assert path.stat().st_mode & 0o077 == 0
