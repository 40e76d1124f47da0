"""Running the command line: what was raised becomes one clear line and an exit code.

| exit code | means |
|---|---|
| 0 | done; the answer is yes |
| 1 | the answer is no, or there are findings |
| 2 | usage or bad input |
| 3 | can't know |
| 4 | refused: rights or a rule |
| 70 | an internal error |
| 130 | interrupted |
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, cast

import typer
from typer.exceptions import TyperException

from ledger.cli import output
from ledger.cli.app import app
from ledger.errors import LedgerError

INTERNAL = 70
INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code."""
    output.configure(json="--json" in arguments)
    try:
        result = typer.main.get_command(app).main(list(arguments), prog_name="ledger", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except TyperException as error:
        # An unknown option, a missing argument: of a class that Typer does not publish.
        usage = cast("Any", error)
        if output.wants_json():
            output.problem("cli.usage", usage.format_message(), 400)
        else:
            usage.show()
        return int(usage.exit_code)
    except LedgerError as error:
        output.error(error)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("LEDGER_DEBUG"):
            raise
        output.problem("internal_error", output.say("cli.internal_error", error=type(error).__name__), 500)
        return INTERNAL
