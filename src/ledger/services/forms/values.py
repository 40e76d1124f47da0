"""What the forms say, from lists and from what is known of people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ledger.domain import identity_number
from ledger.domain.entitlement.rules import Allowance
from ledger.domain.programmes import age_on
from ledger.services.facts import Fact, FactKind
from ledger.services.forms.fill import Value
from ledger.services.months.views import LineView, ListView
from ledger.services.people import birth_date
from ledger.texts.messages import text


def yuan(fen: int) -> float:
    """Yuan, as a workbook calculates."""
    return fen / 100


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says things in one language, as of a day."""

    locale: str
    today: date
    terms: Allowance

    def say(self, code: str, **params: str | int) -> str:
        """A message."""
        return text(code, self.locale, **params)

    def band(self, from_age: int | None) -> str:
        """A band as people write it."""
        if from_age is None:
            return ""
        above = [one.from_age for one in self.terms.bands if one.from_age > from_age]
        if not above:
            return self.say("entitlement.band", from_age=from_age)
        return self.say("entitlement.band_to", from_age=from_age, to_age=above[0] - 1)

    def person(self, facts: Iterable[Fact]) -> dict[str, Value]:
        """Who a person is; nothing of somebody who was erased."""
        known = list(facts)
        by_kind = {fact.kind: fact.value for fact in known}
        if FactKind.IDENTITY_NUMBER not in by_kind:
            return {"name": "—"}
        number = identity_number.parse(by_kind[FactKind.IDENTITY_NUMBER]["number"])
        born = birth_date(known)
        return {
            "name": by_kind[FactKind.NAME]["name"],
            "sex": self.say(f"sex.{number.sex.name.lower()}"),
            "birth_date": born.isoformat(),
            "age": age_on(born, self.today),
            "identity_number": number.text,
        }

    def roster_line(self, line: LineView, facts: Iterable[Fact]) -> dict[str, Value]:
        """A line of the 发放花名册."""
        remarks = [
            f"{one.month} {yuan(one.amount):+.2f} {self.say(f'entitlement.cause.{one.cause}')}"
            for one in line.differences
        ]
        return {
            **self.person(facts),
            "band": self.band(line.band),
            "amount": yuan(line.amount),
            "difference": yuan(line.total - line.amount),
            "total": yuan(line.total),
            "reason": self.say(f"entitlement.reason.{line.reason}"),
            "remark": "\n".join(remarks),
        }

    def change_line(self, line: LineView, facts: Iterable[Fact]) -> dict[str, Value]:
        """A line of the 增减变动表."""
        return {
            **self.roster_line(line, facts),
            "kind": self.say(f"entitlement.change.{line.change}"),
            "reason": self.say(f"entitlement.change_reason.{line.change_reason}"),
        }


def sums(lists: Iterable[ListView]) -> dict[str, Value]:
    """What one list, or several, add up to."""
    found = list(lists)
    payable = sum(one.payable for one in found)
    difference = sum(one.difference for one in found)
    changes = [line.change for one in found for line in one.lines]
    return {
        "people": sum(one.paid_people for one in found),
        "payable": yuan(payable),
        "difference": yuan(difference),
        "held": yuan(sum(one.held for one in found)),
        "total": yuan(payable + difference),
        "joined": changes.count("joined"),
        "left": changes.count("left"),
        "changed": changes.count("band") + changes.count("amount"),
    }


def by_band(found: ListView) -> Mapping[str, Value]:
    """How many are paid, by the age from which their band counts."""
    bands = [line.band for line in found.lines if line.amount > 0]
    return {f"people_{band}": bands.count(band) for band in set(bands)}
