"""`ledger verify` of what the operator signed for one asker: receipts, decisions, bindings of handles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ledger.cli import output
from ledger.errors import Refused

if TYPE_CHECKING:
    from ledger.domain.proofs.pinned import Pinned

_JWS = re.compile(r"\s*([\w-]+\.[\w-]+\.[\w-]+)\s*", re.ASCII)
# Under these names the service's answers carry a signed statement. Found without reading the file as JSON,
# which may be nested deeper than Python's reader survives.
_CARRIED = re.compile(r'"(?:signed|binding)"\s*:\s*"([\w-]+\.[\w-]+\.[\w-]+)"', re.ASCII)


def token_in(data: bytes) -> str | None:
    """The signed statement that a file is, or that an answer of the service carries; None for a proof."""
    text = data.decode(errors="replace")
    if whole := _JWS.fullmatch(text):
        return whole[1]
    carried = None if '"format"' in text else _CARRIED.search(text)
    return carried[1] if carried else None


def verify(token: str, pinned: Pinned, *, json: bool) -> int:
    """Shows the statement and what was checked; the command's exit code."""
    from ledger.keys import jws

    try:
        statement = jws.read(token, pinned.operator)
        if statement.payload.get("iss") != pinned.issuer:
            raise Refused(
                "jws.other_deployment", got=str(statement.payload.get("iss"))[:120], expected=pinned.issuer
            )
    except Refused as error:
        _show({"outcome": "broken", "code": error.code, **error.params}, json=json, refused=error)
        return 1
    _show({"outcome": "holds", "kind": statement.kind, "said": dict(statement.payload)}, json=json)
    return 0


def _show(document: dict[str, Any], *, json: bool, refused: Refused | None = None) -> None:
    if json:
        output.show(document)
        return
    if refused is not None:
        output.line(output.say("jws.broken"))
        output.line(output.say(refused.code, **refused.params))
        return
    output.line(output.say("jws.holds"))
    rows = [(output.say("jws.kind"), document["kind"]), *_lines(document["said"])]
    output.fields([*rows, (output.say("proof.trusted"), output.say("jws.trusted"))])


def _lines(said: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for name, value in said.items():
        if isinstance(value, Mapping):
            rows += _lines(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            rows.append((prefix + name, ", ".join(map(str, value))))
        else:
            rows.append((prefix + name, "—" if value is None else str(value)))
    return rows
