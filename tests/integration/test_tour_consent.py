"""The tour of consent, as anybody may take it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TOUR = Path(__file__).resolve().parents[2] / "scripts" / "tour_consent.py"


def test_every_step_comes_out_as_the_tour_says() -> None:
    done = subprocess.run(
        [sys.executable, str(TOUR)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "LANG": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10. The ledger replays" in done.stdout
