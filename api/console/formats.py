"""Dates, moments and numbers as readers of each language write them, in the city's own time."""

from __future__ import annotations

from datetime import datetime

from babel import dates, numbers

from ledger.domain.programmes import LOCAL_TIME


def babel_locale(locale: str) -> str:
    """Babel's name of one of our locales."""
    return locale.replace("-", "_")


def date(time: float | None, locale: str) -> str:
    """The day of a unix time."""
    if time is None:
        return "—"
    return dates.format_date(datetime.fromtimestamp(time, LOCAL_TIME).date(), "long", babel_locale(locale))


def day(text: str, locale: str) -> str:
    """A day given as YYYY-MM-DD; what is not one stays as it is."""
    try:
        return dates.format_date(datetime.fromisoformat(text).date(), "long", babel_locale(locale))
    except ValueError:
        return text


def last_day(end: float | None, locale: str) -> str:
    """The last day before a window's end, which itself is outside."""
    return "—" if end is None else date(end - 1, locale)


def moment(time: float | None, locale: str) -> str:
    """Day and minute of a unix time."""
    if time is None:
        return "—"
    here = datetime.fromtimestamp(time, LOCAL_TIME)
    return dates.format_datetime(here, "medium", tzinfo=LOCAL_TIME, locale=babel_locale(locale))


def iso_day(time: float) -> str:
    """YYYY-MM-DD of a unix time."""
    return datetime.fromtimestamp(time, LOCAL_TIME).date().isoformat()


def ago(time: float, now: float, locale: str) -> str:
    """How long before `now`, in the roundest unit that fits."""
    return dates.format_timedelta(
        round(time - now), add_direction=True, threshold=1.2, locale=babel_locale(locale)
    )


def yuan(fen: int, locale: str) -> str:
    """An amount in fen as yuan with two decimals."""
    return numbers.format_decimal(fen / 100, format="#,##0.00", locale=babel_locale(locale))


def number(value: float, locale: str) -> str:
    """With the language's separators."""
    return numbers.format_decimal(value, locale=babel_locale(locale))
