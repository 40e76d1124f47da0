"""Statutory bases for sharing: a public register on the chain, with no person in it."""

from __future__ import annotations

import builtins
import time
from dataclasses import dataclass

from sqlalchemy import Connection

from ledger.domain import vocabulary
from ledger.domain.programmes import DAY, local_midnight
from ledger.domain.state import Basis
from ledger.encoding.types import Timestamp
from ledger.errors import BadInput, CannotKnow, NotFound
from ledger.relay.registers import Registers
from ledger.services.actors import Actor, Role
from ledger.services.consent_terms import ConsentTuple, numbers_of
from ledger.services.context import Context
from ledger.services.evidence import checked_text
from ledger.services.founding.organisations import ChainRegister
from ledger.services.organisations import Directory

LONGEST_DAYS = 3650
_SOON = 5
"""Seconds from now at which a basis ends that is to end at once: no earlier than the block that says so."""
_PATIENCE, _PAUSE = 10.0, 0.02
"""Seconds for the index to read a block, and between two looks."""


@dataclass(frozen=True, slots=True)
class BasisView:
    """A statutory basis for sharing, in force in [valid_from, valid_until), unix seconds."""

    number: int
    terms: ConsentTuple
    valid_from: int
    valid_until: int
    in_force: bool
    legal_reference: str


class Bases:
    """The use cases of the register. What an operator changes counts from the moment that they are told."""

    def __init__(self, context: Context, registers: Registers, chain: ChainRegister) -> None:
        self._context = context
        self._registers = registers
        self._chain = chain

    def list(self) -> builtins.list[BasisView]:
        """All that there ever were, in the order of their registration. For everybody."""
        with self._context.database.read() as conn:
            bases = self._registers.present(conn).bases
            return [self._view(conn, number, basis) for number, basis in bases.items()]

    def add(
        self, actor: Actor, terms: ConsentTuple, *, legal_reference: str, days: int = LONGEST_DAYS
    ) -> BasisView:
        """Registers a basis, in force from today. Operators only.

        Raises BadInput `organisation_unknown`, `category_unknown`, `purpose_unknown`, `days_out_of_range`,
        `legal_reference_needed`, `text_too_long`; Refused `contract_refused`; CannotKnow `basis_not_indexed`.
        """
        actor.require_role(Role.OPERATOR)
        if not 1 <= days <= LONGEST_DAYS:
            raise BadInput("days_out_of_range", got=days, expected=f"1-{LONGEST_DAYS}")
        reference = checked_text("legal_reference", legal_reference)
        if not reference:
            raise BadInput("legal_reference_needed")
        with self._context.database.read() as conn:
            numbers = numbers_of(Directory(conn), terms)
        today = local_midnight(self._context.clock())
        number = self._chain.governance.add_basis(
            **numbers._asdict(),
            valid_from=today,
            valid_until=today + days * DAY,
            legal_reference=reference,
        )
        return self._indexed(number, None)

    def end(self, actor: Actor, number: int, *, at: int | None = None) -> BasisView:
        """Ends a basis at `at` (unix seconds), or within seconds. Operators only.

        Raises NotFound `basis_unknown`; Refused `contract_refused` for one that ends by then anyway;
        CannotKnow `basis_not_indexed`.
        """
        actor.require_role(Role.OPERATOR)
        with self._context.database.read() as conn:
            if number not in self._registers.present(conn).bases:
                raise NotFound("basis_unknown", got=number)
        ends = Timestamp(self._context.now() + _SOON if at is None else at)
        self._chain.governance.end_basis(number, ends)
        return self._indexed(number, ends)

    def _indexed(self, number: int, ends: Timestamp | None) -> BasisView:
        """The basis once the index has it as it is now."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            with self._context.database.read() as conn:
                basis = self._registers.present(conn).bases.get(number)
                if basis is not None and ends in {None, basis.valid_until}:
                    return self._view(conn, number, basis)
            if time.monotonic() > deadline:
                raise CannotKnow("basis_not_indexed")
            time.sleep(_PAUSE)

    def _view(self, conn: Connection, number: int, basis: Basis) -> BasisView:
        directory = Directory(conn)
        return BasisView(
            number=number,
            terms=ConsentTuple(
                directory.code(basis.provider),
                directory.code(basis.consumer),
                vocabulary.category_by_number(basis.category).code,
                vocabulary.purpose_by_number(basis.purpose).code,
            ),
            valid_from=basis.valid_from,
            valid_until=basis.valid_until,
            in_force=basis.valid_from <= self._context.clock() < basis.valid_until,
            legal_reference=basis.legal_reference,
        )
