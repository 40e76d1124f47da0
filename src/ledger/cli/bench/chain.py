"""`ledger bench chain`."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.bench.figures import Figure, Json, Write, show
from ledger.errors import CannotKnow

if TYPE_CHECKING:
    from ledger.chain.rpc import Rpc
    from ledger.cli.bench.city import City

_BATCH = 400
_BLOCK_BATCHES = 20
_DAY = 86_400
_MIB = 1 << 20


def chain(
    records: Annotated[int, typer.Option("--records", min=400, help="First records.")] = 8_000,
    json: Json = False,
    write: Write = False,
) -> None:
    """The embedded chain's journal and dumps: their share of a run of first records, and a restart after it.

    The restart is one after a kill: from a copy of the folder, taken while the chain runs.
    """
    from ledger.chain.embedded.chain import EmbeddedChain
    from ledger.cli.bench.city import temporary_city

    with tempfile.TemporaryDirectory(prefix="ledger-bench-") as folder:
        copy = Path(folder) / "chain"
        with temporary_city() as city:
            before, began = city.engine.persisting, time.monotonic()
            _record(city, records)
            took, persisting = time.monotonic() - began, city.engine.persisting - before
            hashes = _hashes(city.engine.rpc)
            shutil.copytree(city.engine.directory, copy)
        (copy / "running").unlink(missing_ok=True)
        began = time.monotonic()
        with EmbeddedChain(copy, port=0) as again:
            restarted = time.monotonic() - began
            if _hashes(again.rpc) != hashes[-len(_hashes(again.rpc)) :]:
                raise CannotKnow("bench.not_recorded", got=len(_hashes(again.rpc)), expected=len(hashes))
        journal = (copy / "journal").stat().st_size / _MIB
    figures = [
        Figure("chain.restart_s", restarted, "s", ratio=restarted / took, to="recording them"),
        Figure("chain.persistence_s", persisting, "s", ratio=persisting / took, to="recording them"),
        Figure("chain.first_per_s", records / took, "records/s"),
        Figure("chain.journal_mib", journal, "MiB"),
        Figure("chain.records", records, "records"),
    ]
    show("chain", figures, as_json=json, write=write)


def _record(city: City, records: int) -> None:
    """Twenty transactions to a block, one batch of 400 in each."""
    from ledger.chain.bindings.calls import record_certifications
    from ledger.cli.bench.city import COMMUNITY
    from ledger.cli.bench.recorder import Recorder, tags
    from ledger.domain import next_words
    from ledger.domain.codes import Method
    from ledger.domain.events import Contract

    recorder = Recorder(city.engine, city.vault, city.deployment)
    begin = int(time.time()) - _DAY
    word = next_words.senior(
        0, method=Method.VISIT, valid_from=begin, valid_until=begin + 200 * _DAY, organisation=COMMUNITY
    )
    everyone = tags("chain", records)
    for start in range(0, records, _BATCH * _BLOCK_BATCHES):
        block = everyone[start : start + _BATCH * _BLOCK_BATCHES]
        parts = [block[at : at + _BATCH] for at in range(0, len(block), _BATCH)]
        recorder.send_block(
            Contract.CERTIFICATIONS,
            [
                (
                    record_certifications(
                        [recorder.sign_certifications(COMMUNITY, dict.fromkeys(part, word))]
                    ),
                    [len(part)],
                )
                for part in parts
            ],
        )


def _hashes(rpc: Rpc) -> list[str]:
    """Of the newest blocks that every dump keeps, and what the state of the newest comes to."""
    head = int(rpc.call("eth_blockNumber"), 16)
    blocks = rpc.batch([("eth_getBlockByNumber", [hex(number), False]) for number in range(1, head + 1)])
    return [str(block["hash"]) + str(block["stateRoot"]) for block in blocks if block is not None]
