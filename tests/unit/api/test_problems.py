"""Problems name what is wrong in both languages, and never what was sent."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import AwareDatetime, Field, ValidationError

from api.problems import FIELD_CODES, field_errors, problem
from api.schemas.base import Body, IsoDate, Text
from ledger.errors import Refused
from ledger.texts.messages import LOCALES, catalogue, placeholders

SECRET = "519999194001010013"


class Everything(Body):
    """One field of each kind that requests have."""

    text: Annotated[Text, Field(min_length=2, max_length=4)] = "okay"
    pattern: Annotated[str, Field(pattern="^[a-z]+$")] = "ok"
    whole: Annotated[int, Field(ge=1, le=5)] = 1
    below: Annotated[int, Field(lt=5)] = 1
    flag: bool = True
    choice: Literal["a", "b"] = "a"
    day: IsoDate | None = None
    moment: AwareDatetime | None = None
    items: Annotated[list[str] | None, Field(min_length=1, max_length=2)] = None
    inner: dict[str, int] | None = None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("text", 5, "field_not_text"),
        ("text", "x", "field_too_short"),
        ("text", SECRET, "field_too_long"),
        ("text", "a\x00", "field_unprintable"),
        ("pattern", SECRET, "field_wrong_pattern"),
        ("whole", SECRET + "x", "field_not_integer"),
        ("whole", 0, "field_too_small"),
        ("whole", int(SECRET[:17]), "field_too_great"),
        ("below", 9, "field_over"),
        ("flag", SECRET, "field_not_boolean"),
        ("choice", SECRET, "field_not_one_of"),
        ("day", SECRET, "field_not_date"),
        ("day", 0, "field_not_date"),
        ("moment", "2026-01-01T00:00:00", "field_not_moment"),
        ("items", SECRET, "field_not_list"),
        ("items", [], "field_too_few"),
        ("items", ["a", "b", "c"], "field_too_many"),
        ("inner", SECRET, "field_not_object"),
        (SECRET, 1, "field_unknown"),
    ],
)
def test_a_wrong_field_is_told_by_code_without_its_value(field: str, value: object, code: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        Everything.model_validate({field: value})
    found = [{**one, "loc": ("body", *one["loc"])} for one in wrong.value.errors()]
    for locale in LOCALES:
        (error,) = field_errors(found, locale)
        assert error["code"] == code
        assert SECRET[:17] not in "".join(error.values())


def test_every_field_code_has_a_text_that_pydantic_can_fill() -> None:
    fillable = {"min_length", "max_length", "ge", "le", "lt", "expected"}
    for locale in LOCALES:
        for code in {*FIELD_CODES.values(), "field_wrong", "field_unprintable"}:
            assert placeholders(catalogue(locale)[code]) <= fillable


def test_a_problem_has_the_members_of_rfc_9457() -> None:
    document = problem(Refused("not_yours"), "en")
    assert document["type"] == "urn:certification-ledger:problem:not_yours"
    assert document["status"] == 422
    assert document["title"] == "Refused by a rule"
    assert document["detail"]
