"""Prints a page to PDF with the machine's Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.errors import Misconfigured

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PATIENCE = 120


def print_page(page: bytes, target: Path) -> None:
    """Writes a self-contained HTML page to `target` as PDF, mode 0600.

    Raises Misconfigured `pdf.no_browser` where there is none, `pdf.not_printed`.
    """
    browser = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if browser is None:
        raise Misconfigured("pdf.no_browser", expected=", ".join(_NAMES))
    with TemporaryDirectory(prefix="ledger-print-") as folder:  # mode 0700: the page is about a person
        source, made = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_bytes(page)
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={Path(folder, 'profile')}",
            f"--print-to-pdf={made}",
            source.as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium's own refuses to run as root
        try:
            done = subprocess.run(command, capture_output=True, timeout=_PATIENCE, check=False)
        except subprocess.TimeoutExpired as error:
            raise Misconfigured("pdf.not_printed", reason=f"{_PATIENCE} s") from error
        if not made.exists():
            raise Misconfigured("pdf.not_printed", reason=f"exit code {done.returncode}")
        made.chmod(0o600)
        shutil.move(made, target)
