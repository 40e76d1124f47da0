"""Which language a reader gets: what they chose, else their account's, else what their browser asks for."""

from __future__ import annotations

from babel import negotiate_locale
from starlette.requests import HTTPConnection

DEFAULT = "zh-CN"
LOCALES = ("zh-CN", "en")
COOKIE = "ledger_lang"


def locale_of(request: HTTPConnection) -> str:
    """The locale to answer in: `?lang=`, the cookie, the account's setting, `Accept-Language`.

    A program that sends the header means it; a browser always sends one, so the account's goes before it.
    """
    header = request.headers.get("accept-language", "")
    if "authorization" in request.headers and header not in {"", "*"}:
        return accepted_locale(header)
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE), _account_locale(request)):
        if chosen in LOCALES:
            return chosen
    return accepted_locale(header)


def _account_locale(request: HTTPConnection) -> str | None:
    actor = getattr(request.state, "actor", None)
    return getattr(actor, "locale", None)


def accepted_locale(header: str) -> str:
    """The best of our locales for an `Accept-Language` header (RFC 9110, section 12.5.4)."""
    weighed: list[tuple[float, int, str]] = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameters = part.strip().partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag and 0 < weight <= 1:
            weighed.append((-weight, position, tag.strip().replace("-", "_")))
    preferred = [tag for _, _, tag in sorted(weighed)]
    # Any Chinese is better served by the Chinese pages than by the English ones.
    preferred = ["zh_CN" if tag.lower().startswith("zh") else tag for tag in preferred]
    found = negotiate_locale(preferred, [locale.replace("-", "_") for locale in LOCALES], sep="_")
    return found.replace("_", "-") if found else DEFAULT
