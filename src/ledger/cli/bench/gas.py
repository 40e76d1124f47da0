"""`ledger bench gas`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.city import City
    from ledger.cli.bench.peers.eas import Eas
    from ledger.cli.bench.peers.floor import Floor
    from ledger.cli.bench.peers.verax import Verax

_SIZES = (1, 10, 100, 400)
_TOGETHER = 10


def gas(json: Json = False, write: Write = False) -> None:
    """Gas of a record, its share of the whole transaction, by the size of its batch.

    `first` to `consent` are one batch by `record`; `many` are ten batches to a transaction by `recordMany`,
    and `sent` is one, as the service sends a batch that comes alone. Beside them, on the same chain: EAS and
    Verax, which attest as much and revoke it, and the floor, a contract that writes a word for each entry and
    logs its call data, without a signature or a check.
    """
    from ledger.chain.sender import Sender
    from ledger.cli.bench.city import temporary_city
    from ledger.cli.bench.peers.eas import Eas
    from ledger.cli.bench.peers.floor import Floor
    from ledger.cli.bench.peers.verax import Verax
    from ledger.keys.vault import GOVERNANCE

    figures: list[Figure] = []
    with temporary_city() as city:
        sender = Sender(city.engine, city.vault, GOVERNANCE)
        eas, verax, floor = Eas(sender), Verax(sender), Floor(sender)
        # A contract's own counters are written for the first time once, not by every record.
        _ours(city, "warm", 1)
        verax.attest(1)
        for size in _SIZES:
            ours = _ours(city, f"one of {size}", size) | _sent(city, size)
            figures += _beside_eas(ours, eas, size)
            figures += _verax(verax, ours, size)
            figures += _floor(floor, ours, size)
    show("gas", figures, as_json=json, write=write)


def _ours(city: City, name: str, size: int) -> dict[str, float]:
    """Gas for each entry of a transaction with one batch of `size`, by what it changes."""
    from ledger.cli.bench import changes
    from ledger.cli.bench.city import COMMUNITY, ENGINE, SUBDISTRICT
    from ledger.cli.bench.recorder import Recorder, tags
    from ledger.domain.codes import ConsentStatus, Scheme

    recorder = Recorder(city.engine, city.vault, city.deployment, plainly=True)
    people, consents = tags(f"person {name}", size), tags(f"consent {name}", size)
    first = recorder.record(COMMUNITY, people, changes.senior())
    renew = recorder.record(COMMUNITY, people, changes.senior())
    recorder.record(COMMUNITY, people, changes.notified(), scheme=Scheme.NONE)
    seamless = recorder.record(ENGINE, people, changes.seamless(), scheme=Scheme.SEAMLESS)
    revoke = recorder.record(SUBDISTRICT, people, changes.revoked(), scheme=Scheme.NONE)
    given = recorder.record_consents(COMMUNITY, consents, changes.decided(ConsentStatus.GIVEN))
    withdrawn = recorder.record_consents(COMMUNITY, consents, changes.decided(ConsentStatus.WITHDRAWN))
    return {
        "first": first.gas_used / size,
        "renew": renew.gas_used / size,
        "seamless": seamless.gas_used / size,
        "revoke": revoke.gas_used / size,
        "consent_first": given.gas_used / size,
        "consent": withdrawn.gas_used / size,
    }


def _sent(city: City, size: int) -> dict[str, float]:
    """The same of first records and renewals by `recordMany`, with ten batches and with one."""
    from ledger.cli.bench import changes
    from ledger.cli.bench.city import COMMUNITY
    from ledger.cli.bench.recorder import Recorder, tags

    recorder = Recorder(city.engine, city.vault, city.deployment)
    gas = {}
    for name, batches in (("many", _TOGETHER), ("sent", 1)):
        people = tags(f"person {name} {size}", size * batches)
        for change in ("first", "renew"):
            receipt = recorder.record(COMMUNITY, people, changes.senior(), batch_size=size)
            gas[f"{name}_{change}"] = receipt.gas_used / len(people)
    return gas


def _beside_eas(ours: dict[str, float], eas: Eas, size: int) -> Iterator[Figure]:
    attest, revoke = eas.attest(size) / size, eas.revoke() / size
    for name, each in ours.items():
        theirs, to = (revoke, "multiRevoke") if name == "revoke" else (attest, "multiAttest")
        yield Figure(f"gas.{name}_{size}", each, "gas", each / theirs, f"EAS {to} of {size}")
    yield Figure(f"gas.eas_{size}", attest, "gas", attest / ours["first"], f"gas.first_{size}")
    yield Figure(f"gas.eas_revoke_{size}", revoke, "gas", revoke / ours["revoke"], f"gas.revoke_{size}")


def _verax(verax: Verax, ours: dict[str, float], size: int) -> Iterator[Figure]:
    attest, revoke = verax.attest(size) / size, verax.revoke() / size
    yield Figure(f"gas.verax_{size}", attest, "gas", attest / ours["first"], f"gas.first_{size}")
    yield Figure(f"gas.verax_revoke_{size}", revoke, "gas", revoke / ours["revoke"], f"gas.revoke_{size}")


def _floor(floor: Floor, ours: dict[str, float], size: int) -> Iterator[Figure]:
    """What writing the same words at the same tags costs, the first time and again."""
    from ledger.cli.bench import changes
    from ledger.cli.bench.recorder import entries_of, tags
    from ledger.encoding.types import Word

    people = tags(f"person one of {size}", size)
    words = dict.fromkeys(people, Word(0))
    for name in ("first", "renew"):
        words = {tag: changes.senior()(word) for tag, word in words.items()}
        each = floor.write(entries_of(words)) / size
        yield Figure(f"gas.floor_{name}_{size}", each, "gas", each / ours[name], f"gas.{name}_{size}")
