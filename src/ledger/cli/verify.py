"""`ledger verify`: checks a proof with nothing but a deployment file. Asks nobody."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli import output
from ledger.cli.options import Json
from ledger.cli.statements_signed import token_in
from ledger.cli.statements_signed import verify as verify_statement
from ledger.errors import BadInput

if TYPE_CHECKING:
    from ledger.domain.proofs.checks import Check
    from ledger.domain.proofs.result import Result, Shown


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The proof; - for standard input.")],
    deployment: Annotated[
        Path, typer.Option("--deployment", metavar="FILE", help="The deployment file that you trust.")
    ],
    json: Json = False,
) -> None:
    """Check a proof of a consent or certification (docs/proof-format.md), or a receipt, decision or binding
    that the operator signed (docs/consent.md).

    Exit code 0: it holds. 1: it does not. 2: no proof, or bad deployment file. 3: can't know.
    """
    from ledger.chain.deployment import Deployment
    from ledger.domain.proofs.checks import Outcome
    from ledger.domain.proofs.verification import verify as check
    from ledger.keys.signatures import recover

    data, pinned = _read(file), Deployment.load(deployment).pinned
    token = token_in(data)
    if token is not None:
        raise typer.Exit(verify_statement(token, pinned, json=json))
    result = check(data, pinned, recover)
    if json:
        output.show(_document(result))
    else:
        _show(result)
    codes = {Outcome.HOLDS: 0, Outcome.BROKEN: 1, Outcome.MALFORMED: 2, Outcome.CANNOT_KNOW: 3}
    raise typer.Exit(codes[result.outcome])


def _read(file: Path) -> bytes:
    """The file, or as much of it as shows that it is too large."""
    from ledger.domain.proofs.format import LARGEST_FILE

    try:
        if str(file) == "-":
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        with file.open("rb") as opened:
            return opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadInput("proof.unreadable", path=str(file), reason=error.strerror or str(error)) from error


def _show(result: Result) -> None:
    say = output.say
    rows = [(say("proof.fact.outcome"), say(f"proof.outcome.{result.outcome}"))]
    if result.shown is not None:
        rows += _facts(result.shown)
    rows.append((say("proof.trusted"), say("proof.trusted_text")))
    output.fields(rows)
    output.line("")
    for check in result.checks:
        output.line(
            f"{'✓' if check.passed else '✗'} {check.rule} {say(f'proof.rule.{check.rule.name.lower()}')}"
        )
        output.line(f"      {say('proof.got')}: {check.got}")
        output.line(f"      {say('proof.expected')}: {check.expected}")


def _facts(shown: Shown) -> list[tuple[str, str]]:
    say, block = output.say, shown.block
    return [
        (say("proof.fact.meaning"), say(f"proof.meaning.{shown.meaning}")),
        (
            say("proof.fact.block"),
            say(
                "proof.fact.block_value",
                number=block.number,
                time=output.minute(block.time),
                hash=f"0x{block.hash.hex()}",
            ),
        ),
        (say("proof.fact.stated_at"), output.minute(block.stated_at)),
        (
            say("proof.fact.handle"),
            say("proof.fact.handle_value", handle=shown.handle, organisation=shown.organisation),
        ),
        (say(f"proof.kind.{shown.kind}"), ", ".join(map(str, shown.parts))),
        (say("proof.fact.signer"), shown.signer or "—"),
    ]


def _document(result: Result) -> dict[str, Any]:
    shown = result.shown
    return {
        "outcome": result.outcome,
        "checks": [_check(check) for check in result.checks],
        "shown": None
        if shown is None
        else {
            "kind": shown.kind,
            "meaning": shown.meaning,
            "organisation": shown.organisation,
            "handle": shown.handle,
            "parts": list(shown.parts),
            "word": f"0x{shown.word:064x}",
            "signer": shown.signer,
            "block": {
                "number": shown.block.number,
                "hash": f"0x{shown.block.hash.hex()}",
                "time": shown.block.time,
                "stated_at": shown.block.stated_at,
            },
        },
    }


def _check(check: Check) -> dict[str, Any]:
    return {"rule": check.rule, "passed": check.passed, "got": check.got, "expected": check.expected}
