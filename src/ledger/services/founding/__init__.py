"""What an installation begins with: its organisations and programmes on chain, and the first operator."""

from ledger.services.founding.operator import invite_first_operator
from ledger.services.founding.organisations import (
    ChainRegister,
    NewOrganisation,
    first_organisations,
    keep_organisations,
    register_organisations,
)
from ledger.services.founding.programmes import register_programmes

__all__ = [
    "ChainRegister",
    "NewOrganisation",
    "first_organisations",
    "invite_first_operator",
    "keep_organisations",
    "register_organisations",
    "register_programmes",
]
