"""The `ledger` command.

Its modules import what is slow inside the functions that need it, so that a client command starts at once.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the `ledger` script."""
    from ledger.cli.run import run

    sys.exit(run(sys.argv[1:]))
