"""Notices: what a person is told, and asked, before they consent. Read from TOML.

A notice (the privacy notice of ISO/IEC TS 27560) has at most three questions, each of them mapped to the
tuples that a yes permits and a no refuses. Its text is fixed by its version and hash.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from ledger.domain import vocabulary
from ledger.domain.rule_file import Name, Strict
from ledger.encoding.canonical import canonical_json
from ledger.encoding.hashing import keccak256
from ledger.errors import BadInput

MOST_QUESTIONS = 3


class NoticeTuple(Strict):
    """What one consent is about: organisation codes, and codes of the vocabulary."""

    provider: str
    consumer: str
    category: str
    purpose: str


class Question(Strict):
    """One plain question; a yes lasts `days`."""

    key: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    days: int = Field(ge=1, le=3650)
    text: Name
    tuples: Annotated[tuple[NoticeTuple, ...], Field(min_length=1, max_length=8, strict=False)]


class Notice(Strict):
    """One notice file, parsed."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")
    version: int = Field(ge=1)
    title: Name
    about: Name
    script: Name
    """What is read aloud to whoever cannot read."""
    questions: Annotated[tuple[Question, ...], Field(min_length=1, max_length=MOST_QUESTIONS, strict=False)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        asked = [one for question in self.questions for one in question.tuples]
        if len(set(asked)) != len(asked) or len({one.key for one in self.questions}) != len(self.questions):
            raise ValueError("a tuple or key is asked about twice")
        for one in asked:
            vocabulary.category(one.category)
            vocabulary.purpose(one.purpose)
        return self

    @property
    def hash(self) -> str:
        """keccak256 of the notice as canonical JSON, in hex."""
        return keccak256(canonical_json(self.model_dump(mode="json", by_alias=True))).hex()

    @property
    def reference(self) -> Mapping[str, str | int]:
        """How a record names it."""
        return {"id": self.id, "version": self.version, "hash": self.hash}


def parse(text: str) -> Notice:
    """A notice file. Raises BadInput `consent.notice_malformed` with what is wrong."""
    try:
        return Notice.model_validate(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        raise BadInput("consent.notice_malformed", where=where, reason=first["msg"]) from error
    except tomllib.TOMLDecodeError as error:
        raise BadInput("consent.notice_malformed", where="-", reason=str(error)) from error


@cache
def shipped() -> Mapping[str, Notice]:
    """The notices that come with the package, by id."""
    return {notice.id: notice for notice in _shipped()}


def notice(notice_id: str, version: int | None = None) -> Notice:
    """The notice of this id, of this version if one is named. Raises BadInput `consent.notice_unknown`."""
    found = shipped().get(notice_id)
    if found is None or version not in {None, found.version}:
        got = notice_id if version is None else f"{notice_id} {version}"
        known = ", ".join(f"{one.id} {one.version}" for one in shipped().values())
        raise BadInput("consent.notice_unknown", got=got[:40], expected=known)
    return found


def asking_about(wanted: NoticeTuple) -> Notice | None:
    """The first notice with a question about this tuple."""
    for one in shipped().values():
        if any(wanted in question.tuples for question in one.questions):
            return one
    return None


def _shipped() -> Iterator[Notice]:
    for file in sorted(resources.files("ledger.consent_notices").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield parse(file.read_text(encoding="utf-8"))
