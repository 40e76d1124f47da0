"""What may be said of a person in a correction, checked as a roster's row would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from ledger.domain import identity_number, plain_text
from ledger.domain.roster.person import Mobility, Relationship, Residence
from ledger.errors import BadInput
from ledger.services.evidence import checked_text
from ledger.services.facts import FactKind, Value

_LONGEST = 200


def checked(kind: FactKind, said: Mapping[str, str], today: date) -> dict[str, str]:
    """The value as facts hold it. Raises BadInput `person.*`, `identity_number.*`, `name_needed`."""
    shape = _SHAPES.get(kind)
    if shape is None:
        raise BadInput("person.kind_unknown", got=kind.value, expected=", ".join(_SHAPES))
    if set(said) - set(shape):
        raise BadInput("person.field_unknown", got=min(set(said) - set(shape)))
    value = {name: check(said.get(name, "")) for name, check in shape.items()}
    if kind is FactKind.IDENTITY_NUMBER:
        value = {"number": identity_number.parse(value["number"], today=today).text}
    elif kind is FactKind.PAYING_DIVISION and not value["division"].isdigit():
        raise BadInput("person.division_malformed")
    elif kind is FactKind.BIRTH_DATE:
        _check_birth(value["date"], today)
    return value


def _check_birth(text: str, today: date) -> None:
    try:
        born = date.fromisoformat(text)
    except ValueError:
        raise BadInput("field_not_date") from None
    if not today.year - 130 <= born.year or born > today:
        raise BadInput("person.birth_date_impossible")


def _text(said: str) -> str:
    return checked_text("value", said)[:_LONGEST]


def _name(said: str) -> str:
    name = plain_text.person_name(said)
    if not name:
        raise BadInput("name_needed")
    return name


def _phone(said: str) -> str:
    digits = plain_text.compact(said).replace("-", "")
    if digits and not (digits.lstrip("+").isdigit() and 5 <= len(digits) <= 20):
        raise BadInput("person.phone_malformed")
    return digits


def _one_of(values: type[Residence] | type[Mobility] | type[Relationship]) -> Callable[[str], str]:
    def check(said: str) -> str:
        if said not in set(values):
            raise BadInput("person.choice_unknown", got=said[:40], expected=", ".join(values))
        return said

    return check


_SHAPES: Mapping[FactKind, Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        FactKind.IDENTITY_NUMBER: {"number": _text},
        FactKind.BIRTH_DATE: {"date": _text},
        FactKind.NAME: {"name": _name},
        FactKind.PAYING_DIVISION: {"division": _text},
        FactKind.RESIDENCE: {"kind": _one_of(Residence), "address": _text},
        FactKind.BUILDING: {"building": _text},
        FactKind.MOBILITY: {"level": _one_of(Mobility)},
        FactKind.CONTACT: {"phone": _phone, "relationship": _one_of(Relationship), "owner": _text},
        FactKind.GUARDIAN: {"name": _name, "relationship": _one_of(Relationship), "phone": _phone},
        FactKind.REMARK: {"text": _text},
    }
)
KINDS = tuple(_SHAPES)
"""What can be corrected. The community responsible changes by a move."""


def fields(kind: FactKind) -> tuple[str, ...]:
    """The fields of a kind's value."""
    return tuple(_SHAPES[kind])


def is_empty(value: Value) -> bool:
    """Whether a value says nothing, as of a contact or building that is no more."""
    telling = {name: said for name, said in value.items() if name not in {"relationship", "kind", "level"}}
    return not any(telling.values()) and not {"kind", "level"} & value.keys()
