"""`ledger verify`: files in, an exit code out, and nobody asked (unit tests can't open a connection)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.run import run
from tests.proof_vectors import FOLDER, Vector, broken, good

EXIT_CODE = {"holds": 0, "broken": 1, "malformed": 2, "cannot_know": 3}


def verify(vector: Vector, folder: Path) -> int:
    """The exit code of the command on a vector."""
    proof, deployment = folder / "proof.json", folder / "pinned.json"
    proof.write_bytes(vector.data)
    vector.deployment.save(deployment)
    return run(["--lang", "en", "verify", str(proof), "--deployment", str(deployment), "--json"])


def one_of_each() -> list[Vector]:
    """The first vector of each outcome and rule."""
    first: dict[tuple[str, str], Vector] = {}
    for vector in (next(good()), *broken()):
        first.setdefault((vector.outcome, vector.rule), vector)
    return list(first.values())


@pytest.mark.parametrize("vector", one_of_each(), ids=lambda one: f"{one.outcome}-{one.rule}")
def test_the_exit_code_says_how_it_came_out(
    vector: Vector, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(vector, tmp_path) == EXIT_CODE[vector.outcome]
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (answer["outcome"], answer["checks"][-1]["rule"]) == (vector.outcome, vector.rule)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_people_read_each_rule_with_what_was_got_and_expected(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vector = next(one for one in good() if one.meaning == "given")
    proof = tmp_path / "proof.json"
    proof.write_bytes(vector.data)
    pinned = str(FOLDER / "deployment.json")
    assert run(["--lang", language, "verify", str(proof), "--deployment", pinned]) == 0
    shown = capsys.readouterr().out
    for number in ("0.3", "1.4", "2.1", "3.1", "4.3", "4.8", "5.1"):
        assert f"✓ {number} " in shown


def test_a_file_that_is_not_there_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pinned = str(FOLDER / "deployment.json")
    assert run(["--lang", "en", "verify", str(tmp_path / "none"), "--deployment", pinned]) == 2
    assert "can't be read" in capsys.readouterr().err
