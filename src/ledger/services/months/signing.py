"""Signs the steps of the month's work with the key of the organisation that takes them."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from ledger.chain.deployment import Deployment
from ledger.domain.month_work import Step
from ledger.encoding.month_statements import MonthStatements
from ledger.errors import Refused
from ledger.relay.registers import Registers
from ledger.relay.signing import signing_key
from ledger.services.context import Context

NO_ROOT = bytes(32)


@dataclass(frozen=True, slots=True)
class SignedStep:
    """A step as it is written down."""

    signer: str
    signature: bytes = field(repr=False)


class Signing:
    """Holds what is needed to sign a step."""

    def __init__(self, context: Context, registers: Registers, deployment: Deployment) -> None:
        self._context = context
        self._registers = registers
        self._statements = MonthStatements(
            deployment.chain_id, bytes.fromhex(deployment.deployment_id.removeprefix("0x"))
        )

    def sign(
        self,
        conn: Connection,
        organisation: int,
        step: Step,
        *,
        programme: int,
        month: str,
        community: int,
        root: bytes,
    ) -> SignedStep:
        """The organisation's signature. Raises Refused `month.no_key` if none of its keys is here."""
        vault = self._context.vault
        name = signing_key(vault, organisation, self._registers.present(conn), self._context.clock())
        if name is None:
            raise Refused("month.no_key")
        digest = self._statements.step(
            programme=programme, month=month, community=community, step=step.value, root=root
        )
        return SignedStep(vault.address(name), vault.sign_digest(name, digest))
