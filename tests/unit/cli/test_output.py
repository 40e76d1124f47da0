"""What the command line prints can be copied from it."""

from __future__ import annotations

import pytest
from rich.console import Console

from ledger.cli import output

ID = "c" + "a" * 26
COLUMNS = ["Id", "Status", "Provider", "Consumer", "Category", "Purpose"]
ROW = [ID, "given (withdraw on its way)", "510181004", "health", "certification-status", "medical-subsidy"]


def test_a_table_in_a_pipe_is_as_wide_as_it_needs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    output.table(COLUMNS, [ROW])
    assert any(all(value in line for value in ROW) for line in capsys.readouterr().out.splitlines())


def test_on_a_narrow_terminal_no_id_is_broken(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "console", lambda: Console(force_terminal=True, width=60, no_color=True))
    output.table(COLUMNS, [ROW])
    printed = capsys.readouterr().out
    assert all(value in printed for value in (*ROW[:1], *ROW[2:]))
    assert "given" in printed
