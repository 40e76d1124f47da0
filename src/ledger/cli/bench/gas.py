"""`ledger bench gas`."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ledger.cli.bench.figures import Figure, Json, Write, show

if TYPE_CHECKING:
    from ledger.cli.bench.city import City

_SIZES = (1, 10, 100, 400)
_DAY = 86_400


def gas(json: Json = False, write: Write = False) -> None:
    """Gas of a record, everything included, by the size of its batch; beside EAS on the same chain."""
    from ledger.cli.bench.city import temporary_city

    figures = []
    with temporary_city() as city:
        peer = _peer(city)
        for size in _SIZES:
            theirs = peer(size) / size
            to = f"EAS multiAttest of {size}"
            figures += [
                Figure(f"gas.{name}_{size}", used / size, "gas", ratio=used / size / theirs, to=to)
                for name, used in _ours(city, size).items()
            ]
            figures.append(Figure(f"gas.eas_{size}", theirs, "gas"))
    show("gas", figures, as_json=json, write=write)


def _peer(city: City) -> Callable[[int], int]:
    from ledger.chain.sender import Sender
    from ledger.cli.bench.eas import Eas
    from ledger.keys.vault import GOVERNANCE

    return Eas(Sender(city.engine, city.vault, GOVERNANCE)).attest


def _ours(city: City, size: int) -> dict[str, int]:
    """Gas of a transaction with one batch of `size` entries, by what they change."""
    from ledger.cli.bench.city import COMMUNITY, ENGINE, SUBDISTRICT
    from ledger.cli.bench.recorder import Change, Recorder, tags
    from ledger.domain import next_words
    from ledger.domain.codes import Authorisation, ConsentStatus, Grantor, Method, Scheme, Status

    recorder = Recorder(city.engine, city.vault, city.deployment)
    subjects = tags(f"subject of {size}", size)
    consents = tags(f"consent of {size}", size)
    begin = int(time.time()) - _DAY
    end = begin + 200 * _DAY

    def decide(status: ConsentStatus) -> Change:
        return lambda old: next_words.consent_decision(
            old,
            new_status=status,
            grantor=Grantor.SELF,
            valid_from=begin,
            valid_until=end,
            organisation=COMMUNITY,
        )

    def certify() -> int:
        return recorder.record(
            COMMUNITY,
            subjects,
            lambda old: next_words.senior(
                old, method=Method.VISIT, valid_from=begin, valid_until=end, organisation=COMMUNITY
            ),
        ).gas_used

    first, renew = certify(), certify()
    recorder.record(
        COMMUNITY,
        subjects,
        lambda old: next_words.authorisation(old, Authorisation.NOTIFIED, COMMUNITY),
        scheme=Scheme.NONE,
    )
    seamless = recorder.record(
        ENGINE,
        subjects,
        lambda old: next_words.seamless(old, method=Method.SIGNALS, valid_from=begin, valid_until=end),
        scheme=Scheme.SEAMLESS,
    ).gas_used
    revoke = recorder.record(
        SUBDISTRICT, subjects, lambda old: next_words.status(old, Status.REVOKED), scheme=Scheme.NONE
    ).gas_used
    first_consent = recorder.record_consents(COMMUNITY, consents, decide(ConsentStatus.GIVEN)).gas_used
    consent = recorder.record_consents(COMMUNITY, consents, decide(ConsentStatus.WITHDRAWN)).gas_used
    return {
        "first": first,
        "renew": renew,
        "seamless": seamless,
        "revoke": revoke,
        "consent_first": first_consent,
        "consent": consent,
    }
