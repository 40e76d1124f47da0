"""Which service the command line talks to, and as whom: kept in a file that only its owner can read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ledger.errors import BadInput, NotAuthenticated

DEFAULT_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Session:
    """A token for a service."""

    url: str
    token: str = field(repr=False)
    login: str
    expires_at: int


def session_file() -> Path:
    """`$LEDGER_TOKEN_FILE`, else `cli-session.json` in the home folder (`$LEDGER_HOME`, `var` by default)."""
    named = os.environ.get("LEDGER_TOKEN_FILE")
    return Path(named) if named else Path(os.environ.get("LEDGER_HOME", "var")) / "cli-session.json"


def store(session: Session, path: Path | None = None) -> Path:
    """Writes the session for its owner only, whole or not at all."""
    path = path or session_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(session), file)
    draft.replace(path)
    return path


def load() -> Session:
    """The stored session.

    Raises NotAuthenticated `cli.not_signed_in`, BadInput `cli.session_file_unreadable`.
    """
    path = session_file()
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Session(value["url"], value["token"], value["login"], value["expires_at"])
    except FileNotFoundError as error:
        raise NotAuthenticated("cli.not_signed_in", file=str(path)) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("cli.session_file_unreadable", file=str(path)) from error


def forget() -> None:
    """Removes the stored session."""
    session_file().unlink(missing_ok=True)
